import FoundationEssentials
import Glibc
import Spooling
import Webhooks

/// A report as tables of texts, for a terminal and for a browser.
package struct StatusTables {
  /// Rows of cells under a title.
  package struct Table {
    package let title: String
    package let head: [String]
    package let rows: [[String]]
    /// Whether the last column holds words, which may be long.
    var hasWords = false
  }

  let report: StatusReport
  let now: Date

  package init(report: StatusReport, now: Date) {
    self.report = report
    self.now = now
  }

  package var all: [Table] {
    [webhooks, unpublished, unpublishedByFileSystem, spools, records, processes, relays].filter {
      !$0.rows.isEmpty
    }
  }

  /// Returns the lines above the tables, each a label and its value.
  package func facts(fallbackBaseURL: String?) -> [(String, String)] {
    guard let status = report.responder else { return [] }
    let base = status.base ?? fallbackBaseURL
    let running =
      report.isRunning
      ? "running for \(ago(status.started)), process \(status.process), version \(status.version)"
      : "NOT RUNNING since \(status.written.localTime)"
    return [
      (
        "Senders call",
        base.map { "\($0)/webhook/<identifier>" }
          ?? "the web server's name, /webhook/<identifier>: base_url is not set"
      ),
      ("Responder", running),
      (
        "Configuration",
        "number \(status.generation), loaded \(ago(status.loaded)) ago"
          + (status.errors.isEmpty ? "" : ", \(status.errors.count.counted("error"))")
      ),
      ("Commits", commits(status)),
      ("Requests to no webhook", requests(status)),
    ]
      + [
        ("Log entries dropped", status.droppedLogEntries),
        ("Deliveries missing in the history", status.history.lostDeliveries),
      ].filter { $0.1 > 0 }.map { ($0.0, $0.1.grouped) }
  }

  private func requests(_ status: StatusFile) -> String {
    status.unknown == 0
      ? "0 since the start" : "\(status.unknown.grouped) since the start: levelwind log --refused"
  }

  private func commits(_ status: StatusFile) -> String {
    status.log.isInUse
      ? "through the write-ahead log" : "refused: the write-ahead log can't be written"
  }

  private var webhooks: Table {
    let rows = (report.responder?.configured ?? [:]).sorted { $0.key < $1.key }.map {
      identifier, webhook -> [String] in
      let seen = report.responder?.webhooks[identifier] ?? WebhookActivity()
      let good = seen.count(of: .accepted) + seen.count(of: .repeated)
      let refused = seen.count(of: .refused) + seen.count(of: .unavailable)
      return [
        identifier, webhook.state, seen.lastDelivery.map { "\(ago($0)) ago" } ?? "never",
        good.grouped, seen.count(of: .unwanted).grouped, refused.grouped, last(seen),
      ]
    }
    return Table(
      title: "Webhooks",
      head: [
        "webhook", "state", "last delivery", "accepted", "unwanted", "refused", "last refusal",
      ],
      rows: rows, hasWords: true)
  }

  private func last(_ seen: WebhookActivity) -> String {
    guard let rejection = seen.lastRefusal else { return "" }
    let since =
      (seen.unavailableSince ?? seen.refusedSince).map { ", only refusals for \(ago($0))" } ?? ""
    return "\(rejection.check) \(ago(rejection.time)) ago\(since)"
  }

  private var spools: Table {
    let rows = (report.responder?.incoming ?? []).sorted().map { name -> [String] in
      guard let look = report.responder?.spools[name] else {
        return [name, "?", "?", "?", "?", "not looked into", ""]
      }
      return [name] + cells(look)
    }
    return Table(title: "Spools", head: ["spool"] + Self.cellHead, rows: rows)
  }

  /// The spools that lag behind. Tasks that are being published at the moment don't count.
  private var unpublished: Table {
    let late = (report.responder?.unpublished ?? [:]).filter { $1.isLate(at: now) }
    let rows = late.sorted { $0.key < $1.key }.map { [$0.key] + cells($0.value) }
    return Table(
      title: "Acknowledged, and not published yet", head: ["spool"] + Self.waitHead, rows: rows,
      hasWords: true)
  }

  private var unpublishedByFileSystem: Table {
    let late = (report.responder?.unpublishedByFileSystem ?? [:]).filter { $1.isLate(at: now) }
    let rows = late.sorted { $0.key < $1.key }.map { [$0.key] + cells($0.value) }
    return Table(
      title: "Acknowledged, and not published yet, by file system",
      head: ["file system"] + Self.waitHead, rows: rows,
      hasWords: true)
  }

  private static let waitHead = ["tasks", "set aside", "oldest", "size", "problem"]

  private func cells(_ waiting: SpoolsStatus.Waiting) -> [String] {
    [
      waiting.tasks.grouped, waiting.aside.grouped, waiting.oldest.map { ago($0) } ?? "",
      waiting.bytes.size, waiting.problem?.oneLine ?? "",
    ]
  }

  /// The spools of records, without empty ones that no post-processor works on.
  private var records: Table {
    guard let status = report.responder else { return Table(title: "", head: [], rows: []) }
    let rows = status.records.filter { name, look in
      look.waiting + look.failed > 0 || status.isConfigured(records: name)
    }.sorted { $0.key < $1.key }.map { [$0.key] + cells($0.value) }
    return Table(
      title: "Records for post-processors", head: ["post-processor"] + Self.cellHead, rows: rows)
  }

  private static let cellHead = ["new", "claimed", "retry", "failed", "oldest", "size"]

  private func cells(_ look: SpoolLook) -> [String] {
    [
      look.new.grouped, look.cur.grouped, look.retry.grouped, look.failed.grouped,
      look.oldest.map { ago($0) } ?? "", look.bytes.size,
    ]
  }

  private var processes: Table {
    let rows = report.processes.sorted { $0.key < $1.key }.flatMap { name, work -> [[String]] in
      if name.hasPrefix(WorkStatus.relay) { return [] }
      let state = state(of: work)
      let parts = work.parts.filter { part, _ in
        // A post-processor that is gone from the configuration has no row.
        !name.hasPrefix("postprocess") || report.responder?.isConfigured(records: part) ?? true
      }
      return parts.sorted { $0.key < $1.key }.map { part, counts in
        [
          name, state, part, counts.done.grouped, counts.deferred.grouped, counts.failed.grouped,
          counts.failing.map { "since \(ago($0.since)): \($0.reason.oneLine)" } ?? "",
        ]
      }
    }
    return Table(
      title: "Importers and post-processors",
      head: ["process", "state", "works on", "done", "tried again", "given up", "failing"],
      rows: rows, hasWords: true)
  }

  private func state(of work: WorkStatus) -> String {
    work.isRunning
      ? "running for \(ago(work.started))"
      : work.ended.map { "ended \(ago($0)) ago" } ?? "gone since \(ago(work.written))"
  }

  private var relays: Table {
    let work = report.processes.filter { $0.key.hasPrefix(WorkStatus.relay) }
    let rows = work.sorted { $0.key < $1.key }.flatMap { name, work -> [[String]] in
      work.parts.sorted { $0.key < $1.key }.compactMap { part, counts in
        guard let responder = report.responder, responder.incoming.contains(part) else {
          return nil
        }
        return [
          part, state(of: work), counts.done.grouped, counts.deferred.grouped,
          counts.failed.grouped, counts.rate.map(Self.rate) ?? "",
          counts.lag.map { Duration.seconds($0).words } ?? "",
          responder.spools[part]?.oldest.map { ago($0) } ?? "", trouble(counts),
        ]
      }
    }
    return Table(
      title: "Relays",
      head: [
        "relay", "state", "done", "tried again", "given up", "a second", "lag", "oldest", "failing",
      ], rows: rows, hasWords: true)
  }

  /// Returns a rate with one digit behind the point where it is small.
  private static func rate(_ rate: Double) -> String {
    // A file of another user may hold any number.
    let tenths = Int(min(max(rate, 0), 1e9) * 10)
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : (tenths / 10).grouped
  }

  private func trouble(_ part: WorkStatus.Part) -> String {
    if let outage = part.outage {
      return "the breaker is open since \(ago(outage.since)): \(outage.reason.oneLine)"
    }
    return part.failing.map { "since \(ago($0.since)): \($0.reason.oneLine)" } ?? ""
  }

  private func ago(_ moment: Date) -> String {
    Duration.seconds(max(now.timeIntervalSince(moment), 0)).words
  }
}
