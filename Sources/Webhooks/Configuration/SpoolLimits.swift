import Spooling

/// The bounds on the tasks that wait in the spool of an incoming configuration.
struct SpoolLimits: Sendable, Equatable {
  /// The fate of a delivery while the spool is full.
  enum WhenFull: String, Sendable, CaseIterable {
    /// The delivery is rejected temporarily.
    case refuse
    /// Only this incoming configuration is left out.
    case skip
  }

  var tasks: Int?
  var bytes: Int?
  var whenFull = WhenFull.refuse

  func allow(_ depth: SpoolDepth) -> Bool {
    depth.tasks <= tasks ?? .max && depth.bytes <= bytes ?? .max
  }

  /// The bounds in words, for the log.
  var words: String {
    let parts = [tasks.map { "\($0) tasks" }, bytes.map { "\(ByteSize.text($0))" }]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }

  private enum Keys {
    static let tasks = Option(
      optional: "tasks", .integer(1...1_000_000_000), "The most tasks that may wait in the spool.")
    static let bytes = Option(
      optional: "bytes", .bytes(1 << 10...1 << 50),
      "The most bytes that these tasks may have together.")
    static let whenFull = Option(
      "when_full", .choice, default: WhenFull.refuse,
      "`refuse` answers 503 to deliveries that need this full spool. `skip` makes no tasks for "
        + "this spool, and logs "
        + "that.")
  }

  static let form = Form<SpoolLimits>.mapping(
    "a mapping of limits", options: [Keys.tasks, Keys.bytes, Keys.whenFull]
  ) { mapping in
    let limits = SpoolLimits(
      tasks: mapping[Keys.tasks], bytes: mapping[Keys.bytes], whenFull: mapping[Keys.whenFull])
    if mapping.found(Keys.tasks) == nil, mapping.found(Keys.bytes) == nil {
      mapping.found.report("expected tasks, bytes or both")
      return nil
    }
    return limits
  }
}
