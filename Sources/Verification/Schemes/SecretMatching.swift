import FoundationEssentials

extension [Secret] {
  /// Returns the first usable secret whose signature of the message equals the one that was sent;
  /// nil if there isn't one.
  func first(
    signing message: SignedPieces, as signature: [UInt8], _ algorithm: SigningAlgorithm,
    _ form: KeyForm = .text, at now: Date
  ) -> Secret? {
    first(signing: message, asAnyOf: [signature], algorithm, form, at: now)
  }

  /// Returns the first usable secret whose signature of the message equals one of several; nil if
  /// there isn't one. The message is hashed once for each secret, however many signatures there
  /// are, and not at all if no signature has the right length.
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
