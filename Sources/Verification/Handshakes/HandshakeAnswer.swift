/// What a handshake is answered with, and what it leaves behind.
public struct HandshakeAnswer: Sendable {
  /// One header field of the answer.
  public struct Field: Sendable, Equatable {
    /// The name, as it is sent.
    public let name: String
    /// The value, in visible ASCII and blanks.
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The status; 4xx where the sender asked for something it may not have.
  public var status: Int
  /// The header fields, in order.
  public var headers: [Field]
  /// The body, as it is sent.
  public var body: [UInt8]
  /// A secret that the sender brought along. It may be taken only while an administrator waits for
  /// it, and has to be stored before the answer goes out.
  public var learned: Secret?
  /// A URL that has to be opened afterwards, on a host that the sender's preset allows.
  public var open: String?
  /// The name of the secret that verified the handshake; nil where it comes unverified.
  public var secretName: String?

  public init(
    status: Int, headers: [Field] = [], body: [UInt8] = [], learned: Secret? = nil,
    open: String? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.learned = learned
    self.open = open
  }

  /// An answer with a body of a type; no browser shall guess another one, for what the sender
  /// wrote may be in it.
  static func content(_ type: String, _ body: [UInt8]) -> HandshakeAnswer {
    HandshakeAnswer(
      status: 200,
      headers: [Field("Content-Type", type), Field("X-Content-Type-Options", "nosniff")],
      body: body)
  }

  static func text(_ body: [UInt8]) -> HandshakeAnswer { content("text/plain", body) }

  /// - Throws: `Refusal.unverified` if a text is not UTF-8.
  static func json(_ members: [(name: String, text: [UInt8])]) throws(Refusal) -> HandshakeAnswer {
    guard let body = JSONQuoting.object(members) else {
      throw .unverified("the challenge is not UTF-8")
    }
    return content("application/json", body)
  }
}
