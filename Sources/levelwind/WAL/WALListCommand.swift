import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// `levelwind wal list`.
struct WALListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists tasks that are not in their spool, why, what to do, and what can't be read.",
    discussion: """
      By spool, it shows the tasks that are set aside, and those that are in the log alone, as of \
      a few seconds ago. Without a running responder, the latter are left out.
      """)

  @OptionGroup var options: AsideOptions
  @Flag(help: "Print a JSON object.")
  var json = false

  func run() throws {
    let state = try options.state()
    let tasks = try options.open(state)
    let report = try Report(
      tasks, StatusReport.read(state: state, limits: HealthLimits(), at: Date()))
    print(json ? try SenderPage.json(report) : report.text(at: Date()))
  }
}

/// The tasks that are not in their spool.
private struct Report: Encodable {
  struct Spool: Encodable {
    let spool: String
    let setAside: Int
    let bytes: Int
    /// The number of tasks that the log holds besides; nil if no responder runs.
    let inLog: Int?
    let oldest: Date?
    let problem: String?
    let isConfigured: Bool
    /// The directories that contain the files.
    let paths: [String]
  }

  let spools: [Spool]
  let unreadable: [AsideTasks.Damage]
  let isRunning: Bool

  init(_ tasks: AsideTasks, _ status: StatusReport) throws {
    isRunning = status.isRunning
    let running = status.isRunning ? status.responder : nil
    let waiting = running?.unpublished ?? [:]
    let names = try AsideOptions.reading { () throws(SystemError) in try tasks.spools() }
    var spools: [Spool] = []
    for spool in Set(names).union(waiting.keys.map(SpoolID.init(path:))).sorted() {
      let name = spool.path
      let items = try AsideOptions.reading { () throws(SystemError) in try tasks.items(of: spool) }
      let more = waiting[name]
      let oldest = items.compactMap(\.arrival).min()
      spools.append(
        Spool(
          spool: name, setAside: items.count, bytes: items.reduce(0) { $0 + $1.bytes },
          inLog: running.map { _ in max(0, (more?.tasks ?? 0) - (more?.aside ?? 0)) },
          oldest: [oldest, more?.oldest].compactMap { $0 }.min(), problem: more?.problem,
          isConfigured: !(running?.unconfigured.contains(name) ?? false),
          paths: Set(items.map { "\(tasks.path)/\($0.path.dropLast($0.name.count + 1))" }).sorted())
      )
    }
    self.spools = spools
    unreadable = try AsideOptions.reading { () throws(SystemError) in try tasks.damages() }
  }

  func text(at now: Date) -> String {
    var lines: [String] = []
    if spools.isEmpty {
      lines.append(
        isRunning
          ? "Everything that was acknowledged is in its spool." : "Nothing is set aside.")
    } else {
      lines.append(table(at: now))
    }
    if !isRunning {
      lines.append("The responder is not running: its next start publishes what can be published.")
    }
    if !unreadable.isEmpty {
      lines += ["", "These files can't be read, and may hold acknowledged tasks"]
      lines += unreadable.map { "  \($0.path)  \($0.bytes.size)" }
      lines.append("  Keep a copy; journalctl -u levelwind says what is missing, and since when.")
      lines.append("  Ask the senders to send again what came at that time, then remove the file.")
    }
    return lines.joined(separator: "\n")
  }

  private func table(at now: Date) -> String {
    let head = ["SPOOL", "SET ASIDE", "SIZE", "IN THE LOG", "OLDEST"]
    let rows = spools.map { one in
      [
        SafeText.text(one.spool), one.setAside.grouped, one.bytes.size, one.inLog?.grouped ?? "?",
        one.oldest.map { Duration.seconds(max(now.timeIntervalSince($0), 0)).words } ?? "",
      ]
    }
    let words = spools.flatMap { one in [""] + Self.words(one) }
    return ([Table.text([head] + rows)] + words).joined(separator: "\n")
  }

  private static func words(_ one: Spool) -> [String] {
    let name = SafeText.text(one.spool)
    var words = ["\(name): \(SafeText.text(cause(of: one)))"]
    words.append(
      one.isConfigured
        ? "  Mend the spool (levelwind check, levelwind incoming prepare): its tasks are "
          + "published within\n"
          + "  seconds, and nothing has to be restarted."
        : "  `levelwind incoming create \(name)` makes the spool again, and its tasks are "
          + "published.")
    if one.setAside > 0 {
      words.append("  If the spool never comes back, copy its tasks elsewhere:")
      words.append("    levelwind wal export \(name) FOLDER")
      words.append("    levelwind wal drop \(name)")
    }
    return words
  }

  private static func cause(of one: Spool) -> String {
    if !one.isConfigured { return "no incoming configuration has this spool" }
    if one.inLog == nil { return "set aside, and not tried again since" }
    return one.problem
      ?? "no attempt has failed: the tasks are being published, or the file system does not answer"
  }
}
