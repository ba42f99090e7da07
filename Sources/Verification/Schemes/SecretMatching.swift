import Foundation

extension [Secret] {
  /// The first usable secret under whose key the expected signature is the one that was sent.
  func first(
    signing message: [UInt8], as signature: [UInt8], _ algorithm: SigningAlgorithm,
    _ form: KeyForm = .text, at now: Date
  ) -> Secret? {
    first { secret in
      guard secret.isUsable(at: now), let key = form.key(of: secret.bytes),
        let expected = algorithm.expected(message, key: key)
      else { return false }
      return equalInConstantTime(signature, expected)
    }
  }
}
