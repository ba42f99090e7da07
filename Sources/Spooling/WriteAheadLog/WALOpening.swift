/// Opens the log at a start: reads what an earlier process left, and prepares the log for new
/// groups behind that. Tasks that aren't published are handed over, and stay in the log until they
/// are.
struct WALOpening {
  let space: WALSpace
  let checkpoint: CheckpointFile
  /// The tasks that aren't published yet, one list for each group, in order.
  let groups: [(sequence: UInt64, tasks: [LoggedTask])]
  /// Messages that say which parts can't be read, and where copies of them are kept.
  let unreadable: [String]
  /// The names of all segments.
  let segments: Set<String>

  /// Reads the log, keeps a copy of what can't be read, and clears what is published.
  ///
  /// - Parameters:
  ///   - folder: the directory of the log.
  ///   - layout: the sizes of the log.
  ///   - isAside: whether a task of a spool is set aside. The log's copy of it isn't needed then.
  /// - Throws: the error of the system if the log can't be read, or changed.
  init(
    _ folder: WALFolder, layout: WALLayout, isAside: (_ spool: SpoolID, _ name: String) -> Bool
  ) throws(SystemError) {
    let latest = Checkpoint.latest(in: try folder.checkpointBytes())
    // No checkpoint is whole. Either the making of the log was interrupted, since segments are made
    // after the checkpoint; or the segments belong to an unknown log.
    var checkpoint = latest ?? Checkpoint(log: WALIdentity())
    let contents = try WALContents(folder, after: checkpoint, layout: layout)
    unreadable = try Self.keepAside(contents.damages, in: folder)
    if latest == nil { try folder.makeCheckpoint(checkpoint) }

    let pending = Dictionary(grouping: contents.groups, by: \.segment)
    let names = try folder.segmentNames()
    // The checkpoint is durable before the segments are cleared. Otherwise the groups that are
    // missing in them would seem lost.
    checkpoint.recycled = names.filter { contents.used.contains($0) && pending[$0] == nil }
    var file = try CheckpointFile(folder, checkpoint)
    try file.write(checkpoint)

    var free: [WALSegment] = []
    var kept: [String: WALSegment] = [:]
    for name in names {
      if pending[name] != nil {
        kept[name] = try folder.segment(name)
      } else if contents.used.contains(name) {
        // The segment is made anew, because it may be too short.
        free.append(try folder.makeSegment(name))
      } else {
        free.append(try folder.segment(name))
      }
    }
    let wanted = min(layout.fewestSegments, layout.mostSegments)
    var segments = Set(names)
    while segments.count < wanted {
      let name = WALSegment.name(besides: segments)
      do {
        free.append(try folder.makeSegment(name))
      } catch {
        // The disk has no room for more: the log goes on with the segments that it has.
        if error.isFull, error.call != .fsync, !free.isEmpty { break } else { throw error }
      }
      segments.insert(name)
    }
    self.segments = segments
    free.sort { $0.name < $1.name }
    let now = ContinuousClock.now
    groups = contents.groups.map { group in
      (
        group.sequence,
        Self.tasks(of: group, in: kept[group.segment], log: checkpoint.log, since: now)
          .filter { !isAside($0.spool, $0.name) }
      )
    }
    space = WALSpace(
      segmentBytes: layout.segmentBytes, free: free,
      full: kept.values.map { segment in
        (segment, pending[segment.name]?.map(\.sequence).max() ?? contents.last)
      }, last: contents.last)
    self.checkpoint = file
  }

  private static func tasks(
    of group: WALContents.Group, in segment: WALSegment?, log: WALIdentity,
    since: ContinuousClock.Instant
  ) -> [LoggedTask] {
    guard let segment else { return [] }
    let place = WALPlace(
      segment: segment, offset: group.offset, bytes: group.bytes, sequence: group.sequence, log: log
    )
    return group.tasks.enumerated().map { index, task in
      LoggedTask(
        spool: task.spool, name: task.name, size: task.size, sequence: group.sequence, since: since,
        content: .log(place, index: index), isUncertain: true)
    }
  }

  private static func keepAside(
    _ damages: [WALContents.Damage], in folder: WALFolder
  ) throws(SystemError) -> [String] {
    var kept: [String: String?] = [:]
    var words: [String] = []
    for damage in damages {
      if kept[damage.segment] == nil {
        kept[damage.segment] = try folder.keepAside(
          folder.read(damage.segment).bytes, of: damage.segment)
      }
      // A copy that was kept before was reported then.
      guard let copy = kept[damage.segment] ?? nil else { continue }
      words.append("\(damage.segment): \(damage.words); kept as \(copy)")
    }
    return words
  }
}

/// The file of the checkpoints of an open log.
struct CheckpointFile: Sendable {
  private let file: WALFile
  private(set) var latest: Checkpoint

  /// Opens the file, in which the checkpoint `latest` holds.
  init(_ folder: WALFolder, _ latest: Checkpoint) throws(SystemError) {
    file = try folder.checkpointFile()
    self.latest = latest
  }

  /// Writes a checkpoint, durably, into the slot that doesn't hold. If that fails, the next attempt
  /// takes the same slot, so that the other one stays whole.
  mutating func write(_ checkpoint: Checkpoint) throws(SystemError) {
    var next = checkpoint
    next.number = latest.number + 1
    try file.write(next.slot, at: next.offset)
    try file.flush()
    latest = next
  }
}

/// Thrown at start if a program with another format wrote the write-ahead log.
public struct UnknownWALVersion: Error, CustomStringConvertible {
  /// The directory of the log.
  public let folder: String
  /// The file in it that has another version.
  public let file: String
  /// The version in that file.
  public let version: Int

  /// The error in words, with the remedy.
  public var description: String {
    "\(folder)/\(file) is of version \(version) of the write-ahead log, and this program reads "
      + "version \(WALMagic.version) alone. Start the program that wrote the log, and stop it "
      + "again (systemctl stop levelwind): it publishes the log's tasks, or sets them aside. Then "
      + "remove \(folder)/\(Checkpoint.name) and \(folder)/*.log, and leave the other files. "
      + "Nothing was changed"
  }
}

extension WALOpening {
  /// Looks at the version of a log without opening it. Files that can't be read are left to `init`.
  static func requireKnownVersion(in state: Directory, path: String) throws(UnknownWALVersion) {
    guard let folder = try? state.directory(WALFolder.name) else { return }
    let slots = (try? folder.read(Checkpoint.name, limit: Checkpoint.fileBytes)).map {
      Checkpoint.slots(of: $0)
    }
    for slot in slots ?? [] {
      if let version = Checkpoint.magic.otherVersion(in: slot) {
        throw UnknownWALVersion(
          folder: "\(path)/\(WALFolder.name)", file: Checkpoint.name, version: version)
      }
    }
    for name in (try? folder.names()) ?? [] where WALSegment.isName(name) {
      guard let start = try? folder.read(name, limit: WALLayout.block),
        let version = WALGroup.magic.otherVersion(in: start[...])
      else { continue }
      throw UnknownWALVersion(folder: "\(path)/\(WALFolder.name)", file: name, version: version)
    }
  }
}
