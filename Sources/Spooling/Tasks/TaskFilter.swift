import Bytes
import FoundationEssentials

/// A choice of tasks in a spool: those that meet all of its conditions.
public struct TaskFilter: Sendable {
  /// The states that the tasks may have.
  public var states: Set<TaskState>
  /// The least time since a task arrived.
  public var olderThan: Duration?
  /// The most time since a task arrived.
  public var newerThan: Duration?
  /// The webhook that the tasks came through.
  public var webhook: String?
  /// The sender's own id of the tasks' delivery.
  public var senderDelivery: String?
  /// A text that is part of the reason for which the tasks were given up, or failed last.
  public var reason: String?

  /// Creates a filter that chooses all tasks in these states.
  public init(states: Set<TaskState> = Set(TaskState.allCases)) { self.states = states }

  /// Whether more than a task's name has to be looked at.
  var isReading: Bool { webhook != nil || senderDelivery != nil || reason != nil }

  /// Whether a task arrived at a time that the filter allows. `arrival` is nil if the time isn't
  /// known. A filter by age refuses the task then.
  func allows(arrival: @autoclosure () -> Date?, now: Date) -> Bool {
    if olderThan == nil, newerThan == nil { return true }
    guard let age = arrival().map({ now.timeIntervalSince($0) }) else { return false }
    return age >= olderThan?.inSeconds ?? -.infinity && age <= newerThan?.inSeconds ?? .infinity
  }

  /// Whether a reason contains the filter's text, byte by byte.
  func allows(reason text: @autoclosure () -> String) -> Bool {
    guard let reason else { return true }
    return reason.isEmpty || text().utf8.firstRange(of: reason.utf8) != nil
  }

  /// Whether the filter allows a document. A filter by webhook or sender's id refuses a file that
  /// isn't a task document.
  func allows(header: @autoclosure () -> TaskHeader?) -> Bool {
    if webhook == nil, senderDelivery == nil { return true }
    guard let header = header() else { return false }
    return (webhook.map { header.webhook.utf8.elementsEqual($0.utf8) } ?? true)
      && (senderDelivery.map { (header.senderDelivery ?? "").utf8.elementsEqual($0.utf8) } ?? true)
  }
}

/// A task's line in a list: its name, and what was read of the files beside it.
public struct TaskSummary: Sendable {
  /// The task's file, and its place.
  public let place: TaskPlace
  /// The path of the task's file.
  public let path: String
  /// Why the task was given up, or its last attempt's reason; nil without a reason.
  public let reason: String?
  /// The record of earlier attempts; nil if there isn't one, or if it was not read.
  public let record: RetryRecord?
  /// The header of the document; nil if it was not read, or if the file isn't a task document.
  public let header: TaskHeader?

  /// Reads a task's line. `opening` says whether the task's file is opened. Otherwise only the
  /// files beside it are, and only in `failed` and `retry`.
  public init(_ place: TaskPlace, in spool: TaskSpool, opening: Bool) {
    self.init(place, in: spool, opening ? .some((try? spool.view(place))?.header) : nil)
  }

  /// Takes a task's line from its open file.
  public init(_ view: TaskView, in spool: TaskSpool) {
    self.init(view.place, in: spool, .some(view.header))
  }

  /// Reads a task's line with a given header; nil if the header was not read.
  private init(_ place: TaskPlace, in spool: TaskSpool, _ header: TaskHeader??) {
    self.place = place
    path = "\(spool.path)/\(place.path)"
    self.header = header ?? nil
    record =
      header != nil || place.state == .retry ? spool.record(of: place.name) : nil
    let text = place.state == .failed ? spool.reason(of: place.name) : record?.reason ?? ""
    reason = text.isEmpty ? nil : text
  }
}
