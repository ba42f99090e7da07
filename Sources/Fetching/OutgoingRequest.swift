/// One HTTP request with something to send.
public struct OutgoingRequest: Sendable {
  /// `https` or `http`, to any port, without user and password.
  public var url: String
  public var method: String
  /// Without Host, Content-Length and those of the connection.
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]

  public init(
    _ method: String, _ url: String, headers: [(name: String, value: String)], body: [UInt8]
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// What a server answered.
public struct OutgoingReply: Sendable, Equatable {
  public let status: Int
  /// As it came; nil if there was none.
  public let retryAfter: String?
  /// The first bytes of the body, as far as they came.
  public internal(set) var body: [UInt8] = []
}
