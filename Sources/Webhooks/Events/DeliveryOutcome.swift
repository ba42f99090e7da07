/// How a delivery to a webhook ended, as it is counted.
public enum DeliveryOutcome: Int, Sendable, CaseIterable {
  /// Committed, as a task somewhere.
  case accepted
  /// Verified, and wanted by no incoming configuration.
  case unwanted
  /// A handshake that was answered.
  case answered
  /// A copy of a delivery that was accepted before.
  case repeated
  /// Refused for good: 4xx.
  case refused
  /// Refused for a while: the sender is to come again.
  case unavailable

  init(_ decision: Decision) {
    self =
      switch decision.verdict {
      case .accepted:
        !decision.routes.isEmpty && decision.routes.allSatisfy(\.isEmpty) ? .unwanted : .accepted
      case .answered: .answered
      case .repeated: .repeated
      case .rejected(let rejection): rejection.isTemporary ? .unavailable : .refused
      }
  }

  /// As files and metrics name it.
  public var word: String { "\(self)" }

  /// Whether the sender was told that all is well.
  public var isSuccess: Bool { self != .refused && self != .unavailable }

  /// Whether a verified delivery came in.
  public var isHeard: Bool { isSuccess && self != .answered }
}
