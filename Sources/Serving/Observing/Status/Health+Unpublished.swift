import Bytes
import FoundationEssentials
import Spooling

extension Health {
  /// Finds tasks that were acknowledged and have not been in their spool for too long. There is one
  /// finding a spool, or one a file system where several of its spools wait.
  func unpublished(_ status: StatusFile, at now: Date) -> [Finding] {
    let waiting = status.unpublished.filter { level($0.value, at: now) != nil }
    // Tasks of unconfigured spools wait for an administrator's decision, so each such spool has its
    // own finding.
    let unknown = Set(status.unconfigured)
    let known = waiting.keys.filter { !unknown.contains($0) }.sorted()
    let byFileSystem = Dictionary(grouping: known) { status.fileSystems[$0] ?? "" }
    return byFileSystem.sorted { $0.key < $1.key }.compactMap { path, spools in
      let all = SpoolsStatus.Waiting.sum(of: spools.compactMap { waiting[$0] })
      let one = spools.count == 1 ? spools[0] : nil
      let name = one.map { "spool \($0)" } ?? "file system \(path)"
      let of = one == nil ? " of \(Self.words(for: spools))" : ""
      return finding(
        all, name: name, subject: one ?? "", of: of, at: now,
        remedy: all.problem == nil ? .waitForPublishing : .mendPublishing)
    }
      + unknown.sorted().compactMap { spool in
        waiting[spool].flatMap { one in
          var one = one
          // The problem of such a spool is that it isn't there, which the words say already.
          one.problem = nil
          return finding(
            one, name: "spool \(spool), which is not configured", subject: spool, at: now,
            remedy: .moveTasks(of: spool))
        }
      }
  }

  private func level(_ waiting: SpoolsStatus.Waiting, at now: Date) -> Finding.Level? {
    waiting.age(at: now).flatMap(limits.unpublished.level)
  }

  private func finding(
    _ waiting: SpoolsStatus.Waiting, name: String, subject: String, of: String = "", at now: Date,
    remedy: Remedy
  ) -> Finding? {
    guard let level = level(waiting, at: now), let age = waiting.age(at: now) else { return nil }
    let aside = waiting.aside > 0 ? ", \(waiting.aside.grouped) of them set aside" : ""
    let problem = waiting.problem.map { ": \($0)" } ?? ""
    return Finding(
      level, .spool, of: subject,
      "\(name): \(waiting.tasks.counted("acknowledged task"))\(of) \(waiting.tasks == 1 ? "is" : "are") not "
        + "published yet, the oldest for \(age.words)\(aside)\(problem)",
      remedy: remedy)
  }

  private static func words(for spools: [String]) -> String {
    let more = spools.count > 3 ? " and \(spools.count - 3) more" : ""
    return spools.prefix(3).joined(separator: ", ") + more
  }
}

extension StatusFile {
  /// The tasks that wait to be published, by the path of their file system.
  var unpublishedByFileSystem: [String: SpoolsStatus.Waiting] {
    Dictionary(grouping: unpublished) { fileSystems[$0.key] ?? "" }
      .mapValues { .sum(of: $0.map(\.value)) }
  }
}

extension SpoolsStatus.Waiting {
  /// Returns the sum. Its problem is that of the spool with the oldest task, among those with a
  /// problem.
  static func sum(of all: [SpoolsStatus.Waiting]) -> SpoolsStatus.Waiting {
    var sum = SpoolsStatus.Waiting(tasks: 0)
    for one in all.sorted(by: { ($0.oldest ?? .distantFuture) < ($1.oldest ?? .distantFuture) }) {
      sum.tasks = sum.tasks.addingBounded(one.tasks)
      sum.bytes = sum.bytes.addingBounded(one.bytes)
      sum.aside = sum.aside.addingBounded(one.aside)
      sum.oldest = sum.oldest ?? one.oldest
      sum.problem = sum.problem ?? one.problem
    }
    return sum
  }

  /// Whether tasks wait for longer than publishing usually takes: a second, or some are set aside
  /// or fail.
  func isLate(at now: Date) -> Bool {
    aside > 0 || problem != nil || age(at: now).map { $0 >= .seconds(1) } ?? false
  }

  /// Returns the age of the oldest task; nil if it isn't known.
  func age(at now: Date) -> Duration? {
    oldest.map { .seconds(max(now.timeIntervalSince($0), 0)) }
  }
}
