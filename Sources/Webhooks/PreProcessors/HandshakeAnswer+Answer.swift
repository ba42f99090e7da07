import Verification

extension Answer {
  /// What a handshake is answered with.
  ///
  /// - Throws: `Refusal.unavailable` for one that leaves something behind which has to be kept first.
  init(_ handshake: HandshakeAnswer) throws(Refusal) {
    guard handshake.learned == nil else {
      throw .unavailable("the handshake brings a secret along, and there is nowhere to keep it yet")
    }
    guard handshake.open == nil else {
      throw .unavailable("the handshake wants a URL opened, and nothing opens it yet")
    }
    self.init(
      status: handshake.status, headers: handshake.headers.map { Header($0.name, $0.value) },
      body: handshake.body)
  }
}
