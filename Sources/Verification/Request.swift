/// One HTTP request as its sender made it: the input of every rule.
///
/// Everything that a sender chose is kept as bytes. The bytes aren't always UTF-8, and Swift
/// compares strings by canonical equivalence, which must not decide about identifiers or secrets.
public struct Request: Sendable {
  /// The method as received: `POST`.
  public var method: String
  /// The path of the request target, undecoded, without the query.
  public var path: [UInt8]
  /// The query, undecoded, without its `?`; empty if the target has no query.
  public var query: [UInt8]
  /// The header fields, in the order in which they came.
  public var headers: Headers
  /// The whole body, as it came over the wire.
  public var body: [UInt8] { didSet { reading = BodyReading() } }
  /// The body without its content coding; nil unless it was decoded before verification. Some
  /// senders sign the decoded body.
  public var decodedBody: [UInt8]?
  /// The client's address as the web server saw it: `192.0.2.7` or `2001:db8::7`.
  public var remote: String
  /// The URL under which this webhook is registered with the sender, without the query; nil if no
  /// URL is configured.
  public var publicURL: String?
  /// The client's certificate as the web server verified it; nil if the web server passes nothing
  /// about one.
  public var clientCertificate: PresentedCertificate?
  /// The parsed body, kept so that later rules don't parse it again.
  private(set) var reading = BodyReading()

  /// Makes a request. `decodedBody` starts as nil.
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

  /// The request as if it had come without a content coding; unchanged if it wasn't decoded.
  public var decoded: Request {
    guard let decodedBody else { return self }
    var request = self
    request.body = decodedBody
    return request
  }
}
