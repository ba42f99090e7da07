/// An HTTP request with a body.
public struct OutgoingRequest: Sendable {
  /// `https` or `http`, to any port, without user and password.
  public var url: String
  /// The method, in upper case: `POST`.
  public var method: String
  /// The headers, without Host, Content-Length and those of the connection.
  public var headers: [(name: String, value: String)]
  /// The body; empty for none.
  public var body: [UInt8]

  /// Makes a request without checking its parts.
  public init(
    _ method: String, _ url: String, headers: [(name: String, value: String)], body: [UInt8]
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// A server's answer.
public struct OutgoingReply: Sendable, Equatable {
  /// The HTTP status.
  public let status: Int
  /// The Retry-After header, unparsed; nil if there isn't one.
  public let retryAfter: String?
  /// The first bytes of the body: 16 KiB, or fewer if the answer or the connection ended.
  public internal(set) var body: [UInt8] = []
}
