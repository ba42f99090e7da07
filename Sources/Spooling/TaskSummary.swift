import Foundation

/// What can be said of a task in a list: what its name tells, and what was read beside it.
public struct TaskSummary: Sendable {
  public let place: TaskPlace
  /// The path of its file.
  public let path: String
  /// Why it was given up, or what its last attempt said; nil where nothing says so.
  public let reason: String?
  /// What is known of earlier attempts, where that was looked for.
  public let record: RetryRecord?
  /// What the document says about itself, where that was looked for; nil also for what is none.
  public let header: TaskHeader?

  /// What is known of a task.
  ///
  /// - Parameter opening: whether its file is opened; else only what stands beside it is, and only in
  ///   `failed` and `retry`.
  public init(_ place: TaskPlace, in spool: TaskSpool, opening: Bool) {
    self.init(place, in: spool, opening ? .some((try? spool.view(place))?.header) : nil)
  }

  /// The same, of a file that is open.
  public init(_ view: TaskView, in spool: TaskSpool) {
    self.init(view.place, in: spool, .some(view.header))
  }

  /// - Parameter header: nil where it was not looked for.
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
