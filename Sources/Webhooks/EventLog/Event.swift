import Logging

/// An event of the log. The code logs these alone, and the manual's tables are made of them.
public struct Event: Sendable {
  /// The event in words, which stand in each of its entries.
  public let name: String
  /// The severity of its entries, unless the place that logs one says another.
  public let level: Logger.Level
  /// The severities in words.
  private let levels: String
  /// The names of its fields, if it isn't about a delivery.
  private let fields: [String]
  /// What it tells.
  private let meaning: String

  private init(
    _ name: String, _ level: Logger.Level, levels: String? = nil, fields: [String] = [],
    _ meaning: String
  ) {
    (self.name, self.level, self.levels) = (name, level, levels ?? level.rawValue)
    (self.fields, self.meaning) = (fields, meaning)
  }
}

extension Event {
  /// The events of deliveries, whose fields the manual lists once for all of them.
  static let ofDeliveries = [
    accepted, unwanted, observed, skipped, failed, answered, repeated, refused, stray, held,
    broughtBack,
    lost,
  ]

  static let accepted = Event(
    "delivery accepted", .info, "the tasks are durable, and the sender got a 2xx")
  static let unwanted = Event(
    "delivery accepted; no incoming configuration wants it", .info,
    "no filter matched: no task was made")
  static let observed = Event(
    "delivery accepted; it would have been refused", .warning,
    "a pre-processor with `observe: true` would have refused it: `observed`")
  static let skipped = Event(
    "delivery accepted; left out of a full spool", .error,
    "a spool with `when_full: skip` was full: `skipped`")
  static let failed = Event(
    "delivery accepted; put into failed", .error,
    "a filter or parser failed over it, and it lies whole in `failed/`: `failed`")
  static let answered = Event(
    "handshake answered", .info, "a pre-processor answered, and no task was made")
  static let repeated = Event(
    "delivery was accepted before", .info, "`replay` knows its id: `first`")
  static let refused = Event(
    "delivery refused", .warning, levels: "warning for a 4xx, error for a 5xx",
    "`check` and `reason` say why")
  static let stray = Event(
    "request to no webhook", .notice, "its path leads to no webhook: `path`, `near`")
  static let held = Event(
    "more refusals of the same kind within the minute", .warning,
    "`count` of what the bound held back; of `others` where the fields say so")
  package static let broughtBack = Event(
    "delivery brought back", .notice,
    "by `levelwind delivery again`, or on the pages: `reason` says by whom")
  static let lost = Event(
    "log entries were lost", .error, "`count` of them since the last such entry, `lost` in all")
}

extension Event {
  /// All other events.
  static let others = [
    started, stopped, configuration, problem, spool, unwrittenLog, unreadLog, unwrittenStatus,
    unwrittenProbe, silence, refusals, over, postProcessing, relaying,
    history, looked, changed,
  ]

  package static let started = Event(
    "started", .info, fields: ["version"], "the responder answers from now on")
  package static let stopped = Event(
    "stopped", .info, fields: ["finished"],
    "it has ended; `finished` is false if a device did not answer in time, or something is left in the log"
  )
  package static let configuration = Event(
    "configuration", .info, fields: ["generation", "active", "disabled", "broken"],
    "a configuration was loaded, with the number of webhooks in each state")
  package static let problem = Event(
    "configuration problem", .error, levels: "error, warning", fields: ["file", "problem"],
    "a problem that `levelwind check` prints, too")
  package static let spool = Event(
    "spool", .error, fields: ["incoming", "reason"], "a spool can't be used")
  package static let unwrittenLog = Event(
    "the write-ahead log can't be written", .error, fields: ["reason"], "deliveries get 503")
  package static let unreadLog = Event(
    "something in the write-ahead log can't be read", .error, fields: ["reason"],
    "a copy is kept: `levelwind wal list`")
  package static let unwrittenStatus = Event(
    "the status file can't be written", .error, fields: ["reason"],
    "`status` and `health` show an old state, and soon that no responder runs")
  package static let unwrittenProbe = Event(
    "levelwind check can't ask this responder", .error, fields: ["reason"],
    "the key for its request could not be put into the state")
  package static let silence = Event(
    "webhook is silent, against its expect_every", .error, fields: ["webhook", "reason", "remedy"],
    "once each time")
  package static let refusals = Event(
    "deliveries have been refused for a while", .error, fields: ["webhook", "reason", "remedy"],
    "a sender has got nothing but 503 for five minutes; once each time")
  package static let over = Event(
    "this is over", .info, fields: ["webhook", "what"], "one of the two above has ended")
  package static let history = Event(
    "the history can't be kept", .error, fields: ["reason"],
    "deliveries go on; `levelwind health` says how many weren't kept")
  package static let looked = Event(
    "looked at on the pages", .notice,
    fields: ["user", "role", "verb", "target", "outcome", "request_id"],
    "a user of the pages looked at the body or the headers of a delivery or a task")
  package static let changed = Event(
    "changed on the pages", .notice,
    fields: ["user", "role", "verb", "target", "outcome", "request_id", "before", "after"],
    "a user of the pages retried or removed tasks, or brought deliveries back; `before` and "
      + "`after` count the tasks of the spool by state")
  package static let postProcessing = Event(
    "post-processing", .info, fields: ["spools"],
    "`levelwind postprocess` has begun, with so many spools of records")
  package static let relaying = Event(
    "relaying", .info, fields: ["spools"],
    "`levelwind-relay` has begun, with so many spools whose tasks it carries on")
}

extension Event {
  /// The tables of events for the manual, in Markdown, by the name that a page asks for them with.
  public static var tables: [(name: String, text: String)] {
    let deliveries = ofDeliveries.map { "| `\($0.name)` | \($0.levels) | \($0.meaning) |\n" }
    let others = others.map { event in
      let fields = event.fields.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(event.name)` | \(event.levels) | \(fields) | \(event.meaning) |\n"
    }
    return [
      (
        "delivery-events", "| event | level | what |\n|---|---|---|\n" + deliveries.joined()
      ),
      (
        "other-events",
        "| event | level | fields | what |\n|---|---|---|---|\n" + others.joined()
      ),
    ]
  }
}

extension Logger {
  /// Logs an event, at its own severity unless another is given.
  public func note(_ event: Event, level: Level? = nil, _ fields: Metadata = [:]) {
    log(level: level ?? event.level, "\(event.name)", metadata: fields)
  }
}
