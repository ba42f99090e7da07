import Foundation

extension [Secret] {
  /// The first usable secret under whose key the expected signature is the one that was sent.
  func first(
    signing message: SignedPieces, as signature: [UInt8], _ algorithm: SigningAlgorithm,
    _ form: KeyForm = .text, at now: Date
  ) -> Secret? {
    first(signing: message, asAnyOf: [signature], algorithm, form, at: now)
  }

  /// The same for several signatures, of which one has to be right: the message is gone over once for
  /// each secret, however many they are, and not at all for signatures of a wrong length.
  func first(
    signing message: SignedPieces, asAnyOf signatures: [[UInt8]], _ algorithm: SigningAlgorithm,
    _ form: KeyForm = .text, at now: Date
  ) -> Secret? {
    guard signatures.contains(where: { algorithm.hasLength(ofSignature: $0) }) else { return nil }
    return first { secret in
      guard secret.isUsable(at: now), let key = form.key(of: secret.bytes),
        let expected = algorithm.expected(message, key: key)
      else { return false }
      return signatures.contains { equalInConstantTime($0, expected) }
    }
  }
}
