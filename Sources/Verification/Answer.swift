/// The HTTP answer that goes back to the sender.
public struct Answer: Sendable, Equatable {
  /// One header field of an answer.
  public struct Header: Sendable, Equatable {
    /// The name, as it is sent.
    public let name: String
    /// The value: visible ASCII and blanks only.
    public let value: String

    /// Makes a field from a name and a value, without checking them.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The HTTP status, 200 to 599.
  public var status: Int
  /// The header fields, in order.
  public var headers: [Header]
  /// The body, as it is sent.
  public var body: [UInt8]

  /// Makes an answer, by default without header fields and with an empty body.
  public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Returns a 200 with a body of the given content type. The body may hold text that the sender
  /// wrote, so `nosniff` forbids browsers to guess another type.
  static func content(_ type: String, _ body: [UInt8]) -> Answer {
    Answer(
      status: 200,
      headers: [Header("Content-Type", type), Header("X-Content-Type-Options", "nosniff")],
      body: body)
  }

  static func text(_ body: [UInt8]) -> Answer { content("text/plain", body) }

  /// Returns a JSON object whose members are texts, in the given order.
  ///
  /// - Throws: `Rejection.unverified` if a text isn't UTF-8.
  static func json(_ members: [(name: String, text: [UInt8])]) throws(Rejection) -> Answer {
    guard let body = JSONQuoting.object(members) else {
      throw .unverified("the challenge is not UTF-8")
    }
    return content("application/json", body)
  }
}
