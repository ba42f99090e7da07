import JSONBytes

/// What goes back to the sender.
public struct Answer: Sendable, Equatable {
  /// One header of an answer.
  public struct Header: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var status: Int
  public var headers: [Header]
  public var body: [UInt8]

  public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer with a JSON body.
  public static func json(_ status: Int, _ body: String) -> Answer {
    Answer(
      status: status, headers: [Header("Content-Type", "application/json")],
      body: Array((body + "\n").utf8))
  }

  /// Problem details after RFC 9457: title, status and the delivery's id, and never which check failed.
  public static func problem(_ status: Int, delivery: String) -> Answer {
    let title = titles[status] ?? (status < 500 ? "Refused" : "Unavailable")
    return Answer(
      status: status, headers: [Header("Content-Type", "application/problem+json")],
      body: Array(
        #"{"title":"\#(title)","status":\#(status),"delivery":"\#(delivery)"}"#.utf8) + [10])
  }

  private static let titles = [
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
    413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
  ]
}
