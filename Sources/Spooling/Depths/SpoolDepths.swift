import Bytes
import Glibc

/// The contents of each spool: how many tasks, how many bytes, and since when.
///
/// Importers remove files without telling the responder. So a thread of its own looks into the
/// directories every few seconds. It takes at most 2% of its processor's time: after a long look,
/// the next one comes later.
///
/// For spools with limits, the number of tasks in `new`, `retry`, `cur` and `failed` is known more
/// closely: the receiver adds what it commits.
public final class SpoolDepths: Sendable {
  fileprivate struct Count {
    var depth = SpoolDepth()
    /// The depth that was added since the look that is under way began, and may have been missed by
    /// it.
    var added = SpoolDepth()
    /// The depth that was added by commits that aren't over: it is neither in the spool nor known
    /// to wait for it.
    var inFlight = SpoolDepth()
    /// The result of the last look; nil before the first one.
    var look: SpoolLook?
    let isLimited: Bool
    var scan = SpoolScan()
    var due = ContinuousClock.now
  }
  private let counts = Mutex<[String: Count]>([:])
  private let root: String
  private let unpublished: @Sendable (String) -> SpoolDepth
  private let prober: Rounds?
  private let interval: Duration
  /// After a look that takes a second of processor time, the next one waits 50 seconds.
  private static let rest = 50
  /// After a look that lasts a second, the next one waits 5 seconds.
  private static let diskRest = 5

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - interval: the least time between two looks; nil to leave looking to `look()`.
  ///   - unpublished: returns what was acknowledged for a spool and isn't in it yet. It is counted
  ///     as well.
  public init(
    root: String, every interval: Duration? = .seconds(3),
    unpublished: @escaping @Sendable (String) -> SpoolDepth = { _ in SpoolDepth() }
  ) {
    self.root = root
    self.unpublished = unpublished
    self.interval = interval ?? .zero
    prober = interval.map { _ in Rounds("spool-probe") }
  }

  /// Takes over which spools there are, at start and at every reload. New spools with limits are
  /// looked into before this returns.
  ///
  /// - Parameters:
  ///   - limited: the spools that have limits.
  ///   - others: the spools that have none.
  public func watch(_ limited: Set<String>, besides others: Set<String> = []) {
    let all = limited.union(others)
    let new = counts.withLock { counts in
      counts = counts.filter {
        all.contains($0.key) && $0.value.isLimited == limited.contains($0.key)
      }
      let new = all.subtracting(counts.keys)
      for identifier in new { counts[identifier] = Count(isLimited: limited.contains(identifier)) }
      return new
    }
    for identifier in new.intersection(limited) { look(into: identifier) }
    guard !all.isEmpty else { return }
    let interval = interval
    prober?.start { [weak self] in
      self?.lookWhereDue()
      return interval
    }
  }

  /// Returns what waits in a spool with limits; nil for a spool without limits.
  public func depth(of identifier: String) -> SpoolDepth? {
    counts.withLock { counts in
      counts[identifier].flatMap { $0.isLimited ? $0.depth : nil }
    }
  }

  /// The result of the last look into each spool, by identifier.
  public var looks: [String: SpoolLook] {
    counts.withLock { $0.compactMapValues(\.look) }
  }

  /// Adds what is about to be committed to some spools, if `fits` allows the new depth of each. If
  /// it refuses one, nothing is added.
  ///
  /// - Returns: the spools that are full.
  public func add(
    _ entries: [String: SpoolDepth], where fits: (String, SpoolDepth) -> Bool
  ) -> Set<String> {
    counts.withLock { counts in
      let full = entries.filter { identifier, more in
        counts[identifier].map { !fits(identifier, $0.depth + more) } ?? false
      }
      guard full.isEmpty else { return Set(full.keys) }
      for (identifier, more) in entries {
        counts[identifier]?.add(more)
        counts[identifier]?.inFlight += more
      }
      return []
    }
  }

  /// Takes back what was added, when it is known that it was not committed.
  public func takeBack(_ entries: [String: SpoolDepth]) {
    counts.withLock { counts in
      for (identifier, less) in entries {
        counts[identifier]?.add(SpoolDepth(tasks: -less.tasks, bytes: -less.bytes))
      }
    }
  }

  /// Notes that a commit is over: what was added for it is in its spool, or known to wait for it,
  /// or was taken back.
  public func settle(_ entries: [String: SpoolDepth]) {
    counts.withLock { counts in
      for (identifier, less) in entries {
        counts[identifier]?.inFlight += SpoolDepth(tasks: -less.tasks, bytes: -less.bytes)
      }
    }
  }

  /// Looks once into each spool. A spool that can't be looked into keeps its last numbers.
  public func look() {
    for identifier in counts.withLock({ Array($0.keys) }) { look(into: identifier) }
  }

  /// Ends the thread.
  public func stop() { prober?.stop() }

  /// The processor time that the calling thread has used.
  private static var processorTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private func lookWhereDue() {
    let now = ContinuousClock.now
    let due = counts.withLock { counts in counts.filter { $0.value.due <= now }.map(\.key) }
    for identifier in due { look(into: identifier) }
  }

  private func look(into identifier: String) {
    let begun = counts.withLock { counts -> (SpoolScan, SpoolDepth)? in
      counts[identifier]?.added = SpoolDepth()
      return counts[identifier].map { ($0.scan, $0.inFlight) }
    }
    guard var (scan, waiting) = begun else { return }
    // This is the order in which a task goes: from a commit into the log, and from there into its
    // spool. So none is missed.
    waiting += unpublished(identifier)
    let (start, spent) = (ContinuousClock.now, Self.processorTime)
    let found = try? scan.look(into: identifier, of: root)
    let (end, work) = (ContinuousClock.now, Self.processorTime - spent)
    counts.withLock { counts in
      counts[identifier]?.due =
        end
        + max(interval / 2, work * Self.rest, (end - start) * Self.diskRest)
      guard let found, let added = counts[identifier]?.added else { return }
      counts[identifier]?.scan = scan
      counts[identifier]?.look = found
      // What is committed during the look may be counted twice until the next look, but it is
      // always counted.
      counts[identifier]?.depth = found.depth + waiting + added
    }
  }
}

extension SpoolDepths.Count {
  fileprivate mutating func add(_ more: SpoolDepth) {
    depth = depth + more
    added = added + more
  }
}

/// The tasks that wait in a spool, and their bytes.
public struct SpoolDepth: Sendable, Equatable {
  /// The number of tasks.
  public var tasks = 0
  /// The bytes of the tasks' files.
  public var bytes = 0

  /// Creates a depth.
  public init(tasks: Int = 0, bytes: Int = 0) {
    self.tasks = tasks
    self.bytes = bytes
  }

  static func + (a: SpoolDepth, b: SpoolDepth) -> SpoolDepth {
    SpoolDepth(tasks: a.tasks.addingBounded(b.tasks), bytes: a.bytes.addingBounded(b.bytes))
  }
}

extension SpoolDepth {
  static func += (a: inout SpoolDepth, b: SpoolDepth) { a = a + b }
}

extension Commit {
  /// The depth that the commit adds to the spool of each incoming configuration, by identifier.
  public var depths: [String: SpoolDepth] {
    entries.reduce(into: [:]) { depths, entry in
      guard case .incoming(let identifier) = entry.spool else { return }
      depths[identifier, default: SpoolDepth()].tasks += 1
      depths[identifier, default: SpoolDepth()].bytes += entry.size
    }
  }
}
