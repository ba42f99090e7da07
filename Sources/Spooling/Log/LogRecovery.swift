/// Publishes from the log itself what a process left unpublished that ended or failed: what was
/// acknowledged, and nothing that is in its place already.
struct LogRecovery {
  /// What is not published yet.
  private(set) var entries: [Commit.Entry]

  init(_ commits: [Commit]) { entries = commits.flatMap(\.entries) }

  /// Publishes what can be, a spool after the other.
  ///
  /// - Returns: why the rest can't; empty if there is none.
  mutating func attempt(in set: SpoolSet) -> [SpoolError] {
    var errors: [SpoolError] = []
    var left: [Commit.Entry] = []
    for (spool, entries) in Dictionary(grouping: entries, by: \.spool).sorted(by: {
      $0.key < $1.key
    }) {
      do {
        try set.recover(spool) { spool throws(SpoolError) in try Self.publish(entries, in: spool) }
      } catch {
        errors.append(error)
        left += entries
      }
    }
    entries = left
    return errors
  }

  private static func publish(_ entries: [Commit.Entry], in spool: Spool) throws(SpoolError) {
    let places = try SpoolDirectory.allCases.filter { $0 != .tmp }.map { place throws(SpoolError) in
      try spool.attempt { () throws(SystemError) in try spool.directory.directory(place.rawValue) }
    }
    let files = entries.flatMap { SpoolFile.files(of: $0, in: spool) }
    do {
      var missing: [SpoolFile] = []
      for file in files {
        try file.removeRemains()
        if try isThere(file, in: places) { continue }
        missing.append(file)
        try file.write()
        try file.close()
      }
      try Publication.publish(missing.map(\.staged))
    } catch {
      for file in files { file.discard() }
      throw error
    }
    // Names that the other process had moved, and perhaps not flushed.
    for place in places {
      try spool.attempt { () throws(SystemError) in try place.flush() }
    }
  }

  private static func isThere(
    _ file: SpoolFile, in places: [Directory]
  ) throws(SpoolError) -> Bool {
    try file.staged.spool.attempt { () throws(SystemError) in
      for place in places where try place.exists(file.staged.name) { return true }
      return false
    }
  }
}
