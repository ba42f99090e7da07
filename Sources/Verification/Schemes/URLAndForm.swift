import Foundation

/// Twilio's and Mandrill's scheme: HMAC-SHA1 over the public URL and the sorted fields of a form.
///
/// The fields are signed decoded, each as its name and its value in a row. A body that is no form
/// is signed by its hash, which stands in the query as `bodySHA256`.
public struct URLAndForm: Rule {
  /// The header with the signature, in base64.
  public var header: String
  /// Whether of several values of a name each counts once, and in order, as with Twilio.
  public var mergesValues: Bool
  /// Whether the URL is tried with its scheme's port and without any, as Twilio's libraries do.
  public var triesPorts: Bool
  /// The secrets, any of which may match.
  public var secrets: [Secret]

  public init(header: String, mergesValues: Bool, triesPorts: Bool, secrets: [Secret]) {
    self.header = header
    self.mergesValues = mergesValues
    self.triesPorts = triesPorts
    self.secrets = secrets
  }

  public var words: String {
    "HMAC-SHA1 over the public URL with its query and the form's fields in order of their names, "
      + "in base64 in \(header)."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func isAddressed(by request: Request) -> Bool { request.headers.has(header) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    guard let signature = Base64.decode(try request.headers.value(header)) else {
      throw .unverified("header \(header) is not in base64")
    }
    guard SigningAlgorithm.hmac(.sha1).hasLength(ofSignature: signature) else {
      throw .unverified("header \(header) has not the length of a signature")
    }
    let fields = try fields(of: request)
    for url in variants(of: String(decoding: try request.registeredURL(), as: UTF8.self)) {
      let query = request.query.isEmpty ? [] : [UInt8(ascii: "?")] + request.query
      let message = [(Array(url.utf8) + query)[...]] + fields
      if let secret = secrets.first(signing: message, as: signature, .hmac(.sha1), at: now) {
        return Proof(verified: "signature:\(header)", secretName: secret.name)
      }
    }
    throw .unverified("the signature in \(header) is not right for any secret that is in use")
  }

  /// The fields as they are signed; nothing where the query has the body's hash instead.
  func fields(of request: Request) throws(Refusal) -> SignedPieces {
    if request.parameters.has("bodySHA256") {
      let value = try request.parameters.single("bodySHA256", "query parameter").value
      guard let digest = Hex.decode(value),
        equalInConstantTime(digest, HashName.sha256.digest(of: request.body))
      else { throw .unverified("bodySHA256 is not the body's hash") }
      return []
    }
    guard request.body.isEmpty || request.isForm else {
      throw .unverified("the body is no form, and its hash is not in the query")
    }
    var pairs = try Self.decodedPairs(request.body)
    pairs.sort { Self.precedes($0, $1, byValue: mergesValues) }
    if mergesValues {
      pairs = pairs.enumerated().filter { $0 == 0 || pairs[$0 - 1] != $1 }.map(\.element)
    }
    return pairs.flatMap { [$0.name, $0.value] }
  }

  private struct Pair: Equatable {
    let name: ArraySlice<UInt8>
    let value: ArraySlice<UInt8>
  }

  /// The fields of a form, decoded: all of them are slices of one array.
  private static func decodedPairs(_ body: [UInt8]) throws(Refusal) -> [Pair] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count)
    var places: [(start: Int, value: Int, end: Int)] = []
    for field in FormFields(body) {
      guard places.count < FormFields.most else { throw FormFields.tooMany("form field") }
      let start = bytes.count
      FormFields.append(field.rawName, decodedWith: UInt8(ascii: " "), to: &bytes)
      let value = bytes.count
      FormFields.append(field.rawValue, decodedWith: UInt8(ascii: " "), to: &bytes)
      places.append((start, value, bytes.count))
    }
    return places.map {
      Pair(name: bytes[$0.start..<$0.value], value: bytes[$0.value..<$0.end])
    }
  }

  private static func precedes(_ left: Pair, _ right: Pair, byValue: Bool) -> Bool {
    let order = compare(left.name, right.name)
    return order < 0 || order == 0 && byValue && compare(left.value, right.value) < 0
  }

  /// Like `memcmp`: below zero where the left one comes first, a prefix before what it begins.
  private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    let common = left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        let count = min(left.count, right.count)
        return count == 0 ? 0 : Int(memcmp(left.baseAddress!, right.baseAddress!, count))
      }
    }
    return common == 0 ? left.count - right.count : common
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
