/// The way in which a delivery to a webhook ended, for counting.
public enum DeliveryOutcome: Int, Sendable, CaseIterable {
  /// Verified, and wanted by at least one incoming configuration: a task, the whole delivery in
  /// `failed/`, or nothing because the spool is full and its rule is `skip`.
  case accepted
  /// Verified, but no incoming configuration wanted it or made a task from it.
  case unwanted
  /// A handshake that was answered.
  case answered
  /// A copy of a delivery that was accepted before.
  case repeated
  /// Refused for good: 4xx.
  case refused
  /// Refused for a while: the sender should try again.
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

  /// The name in files and metrics.
  public var word: String { Self.words[rawValue] }

  /// Worked out once, since a look at 10,000 webhooks asks for 80,000 of them.
  private static let words = allCases.map { "\($0)" }

  /// Whether the sender got a success as its answer.
  public var isSuccess: Bool { self != .refused && self != .unavailable }

  /// Whether the delivery was verified and received, and isn't a handshake.
  public var isHeard: Bool { isSuccess && self != .answered }
}
