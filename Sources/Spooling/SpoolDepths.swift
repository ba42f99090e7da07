import Glibc

/// What lies in each spool: how many tasks, how many bytes, since when.
///
/// Importers, who remove files behind our back, are followed by a look into the directories every few
/// seconds, on a thread of its own, that takes two hundredths of its time at most: where a look lasts long,
/// the next one comes later. Of spools that have limits, what waits in `new`, `retry`, `cur` and `failed` is
/// known more closely: the receiver adds what it commits.
public final class SpoolDepths: Sendable {
  fileprivate struct Count {
    var depth = SpoolDepth()
    /// What was added since the look that is under way began: it may have missed that.
    var added = SpoolDepth()
    /// What was added and whose commit is not over: it is neither in the spool nor known to wait for it.
    var inFlight = SpoolDepth()
    /// What was seen last; nil before the first look.
    var look: SpoolLook?
    let isLimited: Bool
    var scan = SpoolScan()
    var due = ContinuousClock.now
  }
  private let counts = Mutex<[String: Count]>([:])
  private let root: String
  private let unpublished: @Sendable (String) -> SpoolDepth
  private let prober: Prober?
  private let interval: Duration
  /// A look that takes a second of a processor's time is not followed by another for fifty.
  private static let rest = 50
  /// Nor one that takes a second of waiting for the disk for five.
  private static let diskRest = 5

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - interval: between two looks, at least; nil to leave them to `look()`.
  ///   - unpublished: what was acknowledged and is not in a spool yet. It counts as well.
  public init(
    root: String, every interval: Duration? = .seconds(3),
    unpublished: @escaping @Sendable (String) -> SpoolDepth = { _ in SpoolDepth() }
  ) {
    self.root = root
    self.unpublished = unpublished
    self.interval = interval ?? .zero
    prober = interval.map { Prober(every: $0) }
  }

  /// Takes over which spools there are: at start, and at every reload. Those with limits that are new are
  /// looked into before this returns.
  ///
  /// - Parameters:
  ///   - limited: those that have limits.
  ///   - others: those that don't.
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
    prober?.start(isAtOnce: true) { [weak self] in self?.lookWhereDue() }
  }

  /// What waits in a spool with limits; nil for one that has none.
  public func depth(of identifier: String) -> SpoolDepth? {
    counts.withLock { counts in
      counts[identifier].flatMap { $0.isLimited ? $0.depth : nil }
    }
  }

  /// What was seen at the last look into each spool, by identifier.
  public var looks: [String: SpoolLook] {
    counts.withLock { $0.compactMapValues(\.look) }
  }

  /// Adds what is about to be committed to some spools, each only if a test of its depth with that
  /// passes. All or nothing: where one doesn't, nothing is added.
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

  /// Takes back what was added and is known not to have been committed.
  public func takeBack(_ entries: [String: SpoolDepth]) {
    counts.withLock { counts in
      for (identifier, less) in entries {
        counts[identifier]?.add(SpoolDepth(tasks: -less.tasks, bytes: -less.bytes))
      }
    }
  }

  /// What was added is over: it is in its spool, or known to wait for it, or was taken back.
  public func settle(_ entries: [String: SpoolDepth]) {
    counts.withLock { counts in
      for (identifier, less) in entries {
        counts[identifier]?.inFlight += SpoolDepth(tasks: -less.tasks, bytes: -less.bytes)
      }
    }
  }

  /// One look into each spool. Where one can't be looked into, what was known of it stays.
  public func look() {
    for identifier in counts.withLock({ Array($0.keys) }) { look(into: identifier) }
  }

  /// Ends the thread.
  public func stop() { prober?.stop() }

  /// Of this thread.
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
    // In the order in which a task goes: from a commit into the log, and from there into its spool. So none is missed.
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
      // What was committed meanwhile may be counted twice until the next look, but never not at all.
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
