/// The answer to a handshake, and the actions that it asks for.
@dynamicMemberLookup
public struct HandshakeAnswer: Sendable {
  /// The answer itself. Its status is a 4xx if the sender asked for something that it may not have.
  public var answer: Answer
  /// A secret that the sender brought; nil if it brought none. It may be taken only while an
  /// administrator waits for it, and has to be stored before the answer goes out.
  public var learned: Secret?
  /// A URL to open after the answer, on a host that the sender's preset allows; nil if there isn't
  /// one.
  public var open: String?
  /// The name of the secret that verified the handshake; nil if the handshake isn't verified.
  public var secretName: String?

  init(_ answer: Answer, learned: Secret? = nil, open: String? = nil) {
    self.answer = answer
    self.learned = learned
    self.open = open
  }

  /// The answer's status, headers and body.
  public subscript<Value>(dynamicMember member: WritableKeyPath<Answer, Value>) -> Value {
    get { answer[keyPath: member] }
    set { answer[keyPath: member] = newValue }
  }
}
