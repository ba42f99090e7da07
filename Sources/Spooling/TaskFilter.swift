import Foundation

/// Which tasks of a spool somebody means: those that meet all that it says.
public struct TaskFilter: Sendable {
  /// Where they lie.
  public var states: Set<TaskState>
  /// At least this long ago they arrived.
  public var olderThan: Duration?
  /// At most this long ago they arrived.
  public var newerThan: Duration?
  /// The webhook that they came through.
  public var webhook: String?
  /// The sender's own id of their delivery.
  public var senderDelivery: String?
  /// What the reason has in it for which they were given up, or failed last.
  public var reason: String?

  public init(states: Set<TaskState> = Set(TaskState.allCases)) { self.states = states }

  /// Whether more than a task's name has to be looked at.
  var isReading: Bool { webhook != nil || senderDelivery != nil || reason != nil }

  /// Whether a task arrived when it says so.
  ///
  /// - Parameter arrival: nil where nobody knows: then it is neither old nor new.
  func allows(arrival: @autoclosure () -> Date?, now: Date) -> Bool {
    if olderThan == nil, newerThan == nil { return true }
    guard let age = arrival().map({ now.timeIntervalSince($0) }) else { return false }
    return age >= olderThan?.inSeconds ?? -.infinity && age <= newerThan?.inSeconds ?? .infinity
  }

  /// Whether the reason is one that it means: as text, byte by byte.
  func allows(reason text: @autoclosure () -> String) -> Bool {
    guard let reason else { return true }
    return reason.isEmpty || text().utf8.firstRange(of: reason.utf8) != nil
  }

  /// Whether a document says what it means; nil for what is none.
  func allows(header: @autoclosure () -> TaskHeader?) -> Bool {
    if webhook == nil, senderDelivery == nil { return true }
    guard let header = header() else { return false }
    return (webhook.map { header.webhook.utf8.elementsEqual($0.utf8) } ?? true)
      && (senderDelivery.map { (header.senderDelivery ?? "").utf8.elementsEqual($0.utf8) } ?? true)
  }
}
