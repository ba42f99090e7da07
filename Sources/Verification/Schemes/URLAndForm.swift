import Bytes
import FoundationEssentials

/// Twilio's and Mandrill's scheme: HMAC-SHA1 over the public URL and the sorted fields of a form.
/// With a key of the user's own, Twilio signs with HMAC-SHA256 and says so in another header.
///
/// Each field is signed decoded: its name, directly followed by its value. A body that isn't a form
/// is signed by its hash, which stands in the query as `bodySHA256`.
public struct URLAndForm: Rule {
  /// The header that holds the signature, in base64.
  public var header: String
  /// The header that may name another algorithm, `key=…,algorithm=HMAC_SHA256`; nil, the default,
  /// if the sender has none.
  public var settingsHeader: String?
  /// Whether the values of one name are sorted and repeated values count once, as with Twilio.
  public var mergesValues: Bool
  /// Whether the URL is also tried with its scheme's default port and without a port, as Twilio's
  /// libraries do.
  public var triesPorts: Bool
  /// The secrets. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule without a settings header, so that the algorithm is HMAC-SHA1.
  public init(header: String, mergesValues: Bool, triesPorts: Bool, secrets: [Secret]) {
    self.header = header
    self.mergesValues = mergesValues
    self.triesPorts = triesPorts
    self.secrets = secrets
  }

  /// A sentence about the algorithms, the signed parts and the header.
  public var words: String {
    "HMAC-SHA1\(settingsHeader.map { ", or HMAC-SHA256 where \($0) says so," } ?? "") over the "
      + "public URL with its query and the form's fields in order of their names, in base64 in \(header)."
  }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the request has the signature's header.
  public func isAddressed(by request: Request) -> Bool { request.headers.has(header) }

  /// Checks the signature over the public URL, in each of its variants, and the form.
  ///
  /// - Throws: `Rejection.unverified` if the signature is missing or wrong, the algorithm isn't
  ///   known, or the body is neither a form nor hashed in the query. `Rejection.unavailable` if no
  ///   public URL is configured.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    guard let signature = Base64.decode(try request.headers.value(header)) else {
      throw .unverified("header \(header) is not in base64")
    }
    let algorithm = try algorithm(of: request)
    guard algorithm.hasLength(ofSignature: signature) else {
      throw .unverified("header \(header) doesn't have the length of a signature")
    }
    let fields = try fields(of: request)
    for url in variants(of: String(decoding: try request.registeredURL(), as: UTF8.self)) {
      let query = request.query.isEmpty ? [] : [UInt8(ascii: "?")] + request.query
      let message = [(Array(url.utf8) + query)[...]] + fields
      if let secret = secrets.first(signing: message, as: signature, algorithm, at: now) {
        return Proof(verified: "signature:\(header)", secretName: secret.name)
      }
    }
    throw .unverified("the signature in \(header) is not right for any secret that is in use")
  }

  /// Returns the algorithm that the settings header names; HMAC-SHA1 if it names none.
  private func algorithm(of request: Request) throws(Rejection) -> SigningAlgorithm {
    guard let settingsHeader, request.headers.has(settingsHeader) else { return .hmac(.sha1) }
    let settings = Pairs(try request.headers.value(settingsHeader), separator: ",")
    let names = settings.values(of: "algorithm")
    guard let name = names.first else { return .hmac(.sha1) }
    let known = ["HMAC_SHA1": HashName.sha1, "HMAC_SHA256": .sha256]
    guard names.count == 1, let hash = known.first(where: { name.isText($0.key) })?.value else {
      throw .unverified("header \(settingsHeader) names an unknown algorithm, or several")
    }
    return .hmac(hash)
  }

  /// Returns the signed form fields; empty if the query has the body's hash instead.
  func fields(of request: Request) throws(Rejection) -> SignedPieces {
    if request.parameters.has("bodySHA256") {
      let value = try request.parameters.single("bodySHA256", "query parameter").value
      guard let digest = Hex.decode(value),
        equalInConstantTime(digest, HashName.sha256.digest(of: request.body))
      else { throw .unverified("bodySHA256 is not the body's hash") }
      return []
    }
    guard request.body.isEmpty || request.isForm else {
      throw .unverified("the body isn't a form, and its hash is not in the query")
    }
    var fields = try DecodedField.all(in: request.body)
    fields.sort { $0.precedes($1, byValue: mergesValues) }
    if mergesValues {
      fields = fields.enumerated().filter { $0 == 0 || fields[$0 - 1] != $1 }.map(\.element)
    }
    return fields.flatMap { [$0.name, $0.value] }
  }

  private func variants(of url: String) -> [String] {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard triesPorts, parts.count > 2 else { return [url] }
    let port = parts[0] == "https:" ? "443" : "80"
    let host = parts[2].split(separator: ":", maxSplits: 1)[...].first ?? ""
    return [parts[2], host, "\(host):\(port)"].map { host in
      (parts[..<2] + [host] + parts[3...]).joined(separator: "/")
    }
  }
}
