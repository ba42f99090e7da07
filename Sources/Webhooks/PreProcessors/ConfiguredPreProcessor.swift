import Verification

/// One entry of a webhook's `pre_processors`.
struct ConfiguredPreProcessor: Sendable {
  var check: any PreProcessor
  /// Whether what it refuses is let pass, and logged.
  let isObserved: Bool
  /// The secrets of it that are not there yet, by name.
  var missingSecrets: [String] = []

  /// What stands at its `type`.
  var type: String { Swift.type(of: check).type }
  /// Whether a delivery that passes has proved something by it.
  var isProof: Bool { !isObserved && Swift.type(of: check).isProof }

  /// What a refusal means while a secret isn't there yet: whether it was right can't be told, and the
  /// sender has to come again.
  func judged(_ refusal: Refusal) -> Refusal {
    guard refusal.kind == .unverified, !missingSecrets.isEmpty else { return refusal }
    return .unavailable(
      "secret \(missingSecrets.joined(separator: ", ")) is not there yet: \(refusal.reason)")
  }
}
