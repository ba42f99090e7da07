import Verification

extension PreProcessorOutcome {
  /// What a handshake is answered with, and what it leaves behind.
  ///
  /// - Throws: `Refusal.unavailable` for one that brings a secret along.
  init(_ handshake: HandshakeAnswer, of sender: Sender? = nil) throws(Refusal) {
    guard handshake.learned == nil else {
      throw .unavailable("the handshake brings a secret along, and there is nowhere to keep it yet")
    }
    self = .answered(
      Answer(
        status: handshake.status,
        headers: handshake.headers.map { Answer.Header($0.name, $0.value) }, body: handshake.body),
      leaving: Remains(open: handshake.open, sender: sender?.name))
  }
}
