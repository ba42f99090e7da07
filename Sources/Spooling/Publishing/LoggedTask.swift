import Glibc

/// A task that is durable in the log and not in its spool yet.
struct LoggedTask: Sendable {
  /// Where the task's content is.
  enum Content: Sendable {
    case memory(Commit.Entry)
    /// The entry at `index` among all entries of a group.
    case log(WALPlace, index: Int)
  }

  let spool: SpoolID
  /// The name of the task's file.
  let name: String
  /// The bytes of the file.
  let size: Int
  /// The sequence number of the group that the task is in.
  let sequence: UInt64
  /// When the task was logged, or found in the log by a start.
  let since: ContinuousClock.Instant
  var content: Content
  /// Whether the task may be, or may have been, in its spool: a start found it in the log, or
  /// publishing it failed half-way.
  var isUncertain = false

  init(
    spool: SpoolID, name: String, size: Int, sequence: UInt64, since: ContinuousClock.Instant,
    content: Content, isUncertain: Bool = false
  ) {
    self.spool = spool
    self.name = name
    self.size = size
    self.sequence = sequence
    self.since = since
    self.content = content
    self.isUncertain = isUncertain
  }

  init(_ entry: Commit.Entry, sequence: UInt64, since: ContinuousClock.Instant, _ content: Content)
  {
    self.init(
      spool: entry.spool, name: TaskName.task(entry), size: entry.size, sequence: sequence,
      since: since, content: content)
  }

  /// Returns the entries of some tasks. Those that aren't in memory are read back from the log.
  static func entries(of tasks: [LoggedTask]) throws(SystemError) -> [Commit.Entry] {
    var last: (place: WALPlace, entries: [Commit.Entry])?
    var entries: [Commit.Entry] = []
    for task in tasks {
      switch task.content {
      case .memory(let entry): entries.append(entry)
      case .log(let place, let index):
        if last?.place.sequence != place.sequence { last = (place, try place.entries()) }
        guard let found = last?.entries, found.indices.contains(index) else {
          throw SystemError(.read, EIO)
        }
        entries.append(found[index])
      }
    }
    return entries
  }
}

/// Where a group stands in the log.
struct WALPlace: Sendable {
  let segment: WALSegment
  let offset: Int
  /// The length in bytes, in whole blocks.
  let bytes: Int
  let sequence: UInt64
  let log: WALIdentity

  /// Returns the entries of all commits in the group.
  func entries() throws(SystemError) -> [Commit.Entry] {
    let group = try segment.file.read(bytes, at: offset)
    guard case .group(sequence, let commits, _) = WALGroup.find(in: group, at: 0, log: log) else {
      throw SystemError(.read, EIO)
    }
    return commits.flatMap(\.entries)
  }
}
