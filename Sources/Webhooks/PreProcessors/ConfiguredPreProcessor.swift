/// One entry of a webhook's `pre_processors`.
struct ConfiguredPreProcessor: Sendable {
  let check: any PreProcessor
  /// Whether what it refuses is let pass, and logged.
  let isObserved: Bool

  /// What stands at its `type`.
  var type: String { Swift.type(of: check).type }
  /// Whether a delivery that passes has proved something by it.
  var isProof: Bool { !isObserved && Swift.type(of: check).isProof }
}
