import AdministrationMessages
import FoundationEssentials
import Serving
import Spooling
import Webhooks

extension Administering.Known {
  func shownStatus(_ directory: String, at now: Date) -> StatusShown {
    let state = settings.state
    let report = StatusReport(
      status: status, work: WorkStatus.all(state: state, incoming: status?.incoming ?? []),
      isRunning: status?.isRunning ?? false, unloaded: status?.files.changes ?? [],
      limits: HealthLimits(), at: now)
    var shown = StatusShown()
    shown.word = report.word
    shown.quiet = report.quietWords
    shown.findings = report.findings.map { finding in
      var one = StatusShown.Finding()
      one.level = finding.level.word
      one.kind = finding.kind.rawValue
      one.subject = finding.subject
      one.words = finding.words
      one.remedy = finding.remedy
      return one
    }
    let tables = StatusTables(report: report, now: now)
    shown.facts = tables.facts(fallbackBaseURL: nil).map { FactShown($0.0, $0.1) }
    shown.tables = tables.all.map { table in
      var one = StatusShown.Table()
      one.title = table.title
      one.head = table.head
      one.rows = table.rows
      return one
    }
    return shown
  }

  func shownInfo(_ directory: String) -> InfoShown {
    var shown = InfoShown()
    shown.base = settings.baseURL
    shown.version = status?.version ?? version
    shown.isRunning = status?.isRunning ?? false
    shown.started = status?.started
    shown.loaded = status?.loaded
    shown.generation = status?.generation ?? 0
    let counts = snapshot.counts
    shown.webhooks =
      "\(counts.active) active, \(counts.waiting) waiting for a secret, \(counts.disabled) disabled, "
      + "\(counts.broken) broken"
    shown.refused = snapshot.problems.filter { $0.severity == .error }.map(\.description)
    shown.limits = [
      FactShown("max_body", ByteSize.text(settings.maxBodyBytes)),
      FactShown("max_inflight", ByteSize.text(settings.maxInflightBytes)),
      FactShown("deadline", TimeSpan.text(settings.deadline)),
      FactShown("threads", "\(settings.threads)"),
      FactShown("min_free", ByteSize.text(settings.minFreeBytes)),
      FactShown("min_free_inodes", settings.minFreeInodes.grouped),
      FactShown("history.bytes", ByteSize.text(settings.historyBytes)),
    ]
    return shown
  }
}

extension Administering.Known {
  var shownUsers: UsersShown {
    var shown = UsersShown()
    shown.viewers = settings.pages.viewers
    shown.operators = settings.pages.operators
    shown.administrators = settings.pages.administrators
    return shown
  }
}
