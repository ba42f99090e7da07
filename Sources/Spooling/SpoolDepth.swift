/// What waits in a spool.
public struct SpoolDepth: Sendable, Equatable {
  public var tasks = 0
  /// Of the tasks' files.
  public var bytes = 0

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
  /// What it adds to each spool, by identifier.
  public var depths: [String: SpoolDepth] {
    entries.reduce(into: [:]) { depths, entry in
      depths[entry.spool, default: SpoolDepth()].tasks += 1
      depths[entry.spool, default: SpoolDepth()].bytes += entry.size
    }
  }
}
