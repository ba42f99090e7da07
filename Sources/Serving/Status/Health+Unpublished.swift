import Foundation
import Spooling

extension Health {
  /// What was acknowledged and is not in its spool for too long: a finding a spool, or one a file system where several spools of
  /// it wait.
  func unpublished(_ status: StatusFile, at now: Date) -> [Finding] {
    let waiting = status.unpublished.filter { level($0.value, at: now) != nil }
    // Those of spools that nobody knows any more wait for somebody to say what becomes of them.
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
          // That it can't be found is no news.
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
  /// What waits to be published, by file system.
  var unpublishedByFileSystem: [String: SpoolsStatus.Waiting] {
    Dictionary(grouping: unpublished) { fileSystems[$0.key] ?? "" }
      .mapValues { .sum(of: $0.map(\.value)) }
  }
}

extension SpoolsStatus.Waiting {
  /// All together; the problem is that of the one with the oldest task that has one.
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

  /// Whether it is more than what is on its way.
  func isLate(at now: Date) -> Bool {
    aside > 0 || problem != nil || age(at: now).map { $0 >= .seconds(1) } ?? false
  }

  /// Of the oldest; nil where that isn't known.
  func age(at now: Date) -> Duration? {
    oldest.map { .seconds(max(now.timeIntervalSince($0), 0)) }
  }
}
