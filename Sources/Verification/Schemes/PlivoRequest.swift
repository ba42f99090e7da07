import FoundationEssentials

/// Plivo's scheme, version 3: HMAC-SHA256 over the public URL, the sorted parameters of query and
/// form, and a nonce.
///
/// Sources: plivo-python, `plivo/utils/signature_v3.py`; docs.plivo.com, "Signature validation".
/// The main account's header is always present too, signed with the main account's token. While
/// several tokens are in use, each header is a list.
public struct PlivoRequest: Rule {
  /// The secrets. Any of them may match.
  public var secrets: [Secret]
  static let headers = ["X-Plivo-Signature-V3", "X-Plivo-Signature-Ma-V3"]
  static let nonce = "X-Plivo-Signature-V3-Nonce"

  /// Makes a rule with the secrets.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  /// A sentence about the signed parts and the headers.
  public var words: String {
    "HMAC-SHA256 over the public URL, the query and the form's fields in order of their names, and "
      + "\(Self.nonce), in base64 in \(Self.headers.joined(separator: " or "))."
  }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the request has one of the signature's headers.
  public func isAddressed(by request: Request) -> Bool {
    Self.headers.contains { request.headers.has($0) }
  }

  /// Checks the signatures of both headers. One of them has to be right.
  ///
  /// - Throws: `Rejection.unverified` if all signatures are missing or wrong, or the body isn't a
  ///   form. `Rejection.unavailable` if no public URL is configured.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    var signatures: [[UInt8]] = []
    for header in Self.headers where request.headers.has(header) {
      signatures += try request.headers.value(header).entries(partedBy: UInt8(ascii: ","))
        .compactMap { Base64.decode($0) }
    }
    let algorithm = SigningAlgorithm.hmac(.sha256)
    guard 1...algorithm.mostSignatures ~= signatures.count else {
      throw .unverified(
        "\(Self.headers[0]) is missing, can't be read, or holds too many signatures")
    }
    guard signatures.contains(where: algorithm.hasLength(ofSignature:)) else {
      throw .unverified("every signature has the wrong length")
    }
    let message = try message(of: request)
    if let secret = secrets.first(signing: message, asAnyOf: signatures, algorithm, at: now) {
      return Proof(verified: "signature:\(Self.headers[0])", secretName: secret.name)
    }
    throw .unverified("the signature is not right for any secret that is in use")
  }

  /// Returns the signed message.
  func message(of request: Request) throws(Rejection) -> SignedPieces {
    guard request.body.isEmpty || request.isForm else { throw .unverified("the body isn't a form") }
    var query = try DecodedField.all(in: request.query)
    var form = try DecodedField.all(in: request.body)
    // In a GET request, the form's fields count as parameters of the query.
    if request.method == "GET" {
      query += form
      form = []
    }
    query.sort { $0.precedes($1, byValue: true) }
    form.sort { $0.precedes($1, byValue: true) }
    var message: SignedPieces = [try request.registeredURL()[...]]
    if !query.isEmpty || !form.isEmpty { message.append(Self.piece("?")) }
    for (index, field) in query.enumerated() {
      if index > 0 { message.append(Self.piece("&")) }
      message += [field.name, Self.piece("="), field.value]
    }
    if !query.isEmpty && !form.isEmpty { message.append(Self.piece(".")) }
    message += form.flatMap { [$0.name, $0.value] }
    return message + [Self.piece("."), try request.headers.value(Self.nonce)[...]]
  }

  private static func piece(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
}
