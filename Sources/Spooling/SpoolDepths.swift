import Glibc
import Synchronization

/// How many tasks wait in each spool that has limits, and how many bytes: what is in `new`, `retry`,
/// `cur` and `failed`.
///
/// Kept in memory: the receiver adds what it commits, and importers, who remove files behind our back,
/// are followed by a look into the directories every few seconds, on a thread of its own.
public final class SpoolDepths: Sendable {
  fileprivate struct Count {
    var depth = SpoolDepth()
    /// What was added since the look that is under way began: it may have missed that.
    var added = SpoolDepth()
  }
  private let counts = Mutex<[String: Count]>([:])
  private let root: String
  private let prober: Prober?
  private static let places: [SpoolDirectory] = [.new, .retry, .cur, .failed]

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - interval: between two looks; nil to leave them to `look()`.
  public init(root: String, every interval: Duration? = .seconds(3)) {
    self.root = root
    prober = interval.map { Prober(every: $0) }
  }

  /// Takes over which spools have limits: at start, and at every reload. Those that are new are looked
  /// into before this returns.
  public func watch(_ identifiers: Set<String>) {
    let new = counts.withLock { counts in
      let new = identifiers.subtracting(counts.keys)
      counts = counts.filter { identifiers.contains($0.key) }
      for identifier in new { counts[identifier] = Count() }
      return new
    }
    for identifier in new { look(into: identifier) }
    guard !identifiers.isEmpty else { return }
    prober?.start { [weak self] in self?.look() }
  }

  /// What waits in a spool; nil for one that is not watched.
  public func depth(of identifier: String) -> SpoolDepth? {
    counts.withLock { $0[identifier]?.depth }
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
      for (identifier, more) in entries { counts[identifier]?.add(more) }
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

  /// One look into each spool. Where one can't be looked into, what was known of it stays.
  public func look() {
    for identifier in counts.withLock({ Array($0.keys) }) { look(into: identifier) }
  }

  /// Ends the thread.
  public func stop() { prober?.stop() }

  private func look(into identifier: String) {
    counts.withLock { $0[identifier]?.added = SpoolDepth() }
    guard let found = try? found(in: identifier) else { return }
    counts.withLock { counts in
      // What was committed meanwhile may be counted twice until the next look, but never not at all.
      if let added = counts[identifier]?.added { counts[identifier]?.depth = found + added }
    }
  }

  private func found(in identifier: String) throws(SystemError) -> SpoolDepth {
    let fileSystem = LinuxFileSystem()
    let spool = try Directory(path: root, on: fileSystem).directory(identifier)
    var depth = SpoolDepth()
    for place in Self.places {
      let directory = try spool.directory(place.rawValue)
      for name in try directory.names() where TaskName.isOurs(name) && name.hasSuffix(".json") {
        if let bytes = directory.size(of: name) {
          depth = depth + SpoolDepth(tasks: 1, bytes: bytes)
        }
      }
    }
    return depth
  }
}

extension SpoolDepths.Count {
  fileprivate mutating func add(_ more: SpoolDepth) {
    depth = depth + more
    added = added + more
  }
}
