/// One HTTP request as its sender made it: what every rule of this module looks at.
///
/// What a sender chose is kept as bytes. It may not be UTF-8, and Swift compares strings by
/// canonical equivalence, which is no comparison for identifiers or secrets.
public struct Request: Sendable {
  /// The method as received, `POST`.
  public var method: String
  /// The path of the request target, undecoded, without the query.
  public var path: [UInt8]
  /// The query, undecoded, without its `?`; empty if there is none.
  public var query: [UInt8]
  /// The header fields in the order they came in.
  public var headers: Headers
  /// The body, whole, as it came over the wire.
  public var body: [UInt8] { didSet { reading = BodyReading() } }
  /// The body without its content coding, where somebody has decoded it before it is verified, for
  /// senders that sign it so.
  public var decodedBody: [UInt8]?
  /// The client's address as the web server saw it: `192.0.2.7` or `2001:db8::7`.
  public var remote: String
  /// The URL of this webhook as it was registered with the sender, without the query;
  /// nil where the configuration knows none.
  public var publicURL: String?
  /// The client's certificate, as the web server verified it; nil where it passes nothing of one.
  public var clientCertificate: PresentedCertificate?
  /// What rules have made of the body, for those that come after them.
  private(set) var reading = BodyReading()

  public init(
    method: String, path: [UInt8], query: [UInt8] = [], headers: Headers = Headers(),
    body: [UInt8] = [], remote: String = "", publicURL: String? = nil,
    clientCertificate: PresentedCertificate? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.remote = remote
    self.publicURL = publicURL
    self.clientCertificate = clientCertificate
  }

  /// The same request as if it had come without a content coding, where it was decoded.
  public var decoded: Request {
    guard let decodedBody else { return self }
    var request = self
    request.body = decodedBody
    return request
  }
}
