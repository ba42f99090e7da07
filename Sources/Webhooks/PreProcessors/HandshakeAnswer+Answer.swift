import Foundation
import Verification

extension PreProcessorOutcome {
  /// What a handshake is answered with, and what it leaves behind.
  init(_ handshake: HandshakeAnswer, of sender: Sender? = nil) {
    self = .answered(
      Answer(
        status: handshake.status,
        headers: handshake.headers.map { Answer.Header($0.name, $0.value) }, body: handshake.body),
      leaving: Remains(
        open: handshake.open, learned: handshake.learned.map { Data($0.toBeKept) },
        sender: sender?.name, secretName: handshake.secretName))
  }
}
