/// What a start finds in the log, and what it makes of it: a log that groups can be written to behind those that are
/// there. What is not published is handed over, and stays in the log until it is.
struct WALOpening {
  let space: WALSpace
  let checkpoint: CheckpointFile
  /// What is not published yet, a list a group, in order.
  let groups: [(sequence: UInt64, tasks: [LoggedTask])]
  /// What can't be read, and where it is kept.
  let unreadable: [String]
  /// The names of all segments.
  let segments: Set<String>

  /// Reads the log, keeps aside what in it can't be read, and clears what is published.
  ///
  /// - Parameter isAside: whether a task of a spool was set aside: then the log's copy of it is over.
  init(
    _ folder: WALFolder, layout: WALLayout, isAside: (_ spool: String, _ name: String) -> Bool
  ) throws(SystemError) {
    let latest = Checkpoint.latest(in: try folder.checkpointBytes())
    // Without a whole checkpoint, it was never made, since segments are made after it; or they are of a log that isn't
    // known.
    var checkpoint = latest ?? Checkpoint(log: WALIdentity())
    let contents = try WALContents(folder, after: checkpoint, layout: layout)
    unreadable = try Self.keepAside(contents.damages, in: folder)
    if latest == nil { try folder.makeCheckpoint(checkpoint) }

    let pending = Dictionary(grouping: contents.groups, by: \.segment)
    let names = try folder.segmentNames()
    // Durable before they are cleared: else what is missing there would seem lost.
    checkpoint.recycled = names.filter { contents.used.contains($0) && pending[$0] == nil }
    var file = try CheckpointFile(folder, checkpoint)
    try file.write(checkpoint)

    var free: [WALSegment] = []
    var kept: [String: WALSegment] = [:]
    for name in names {
      if pending[name] != nil {
        kept[name] = try folder.segment(name)
      } else if contents.used.contains(name) {
        // Made anew: it may be shorter than it should be.
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
        // No room for more: those that there are have to do.
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
      // What was kept before was reported then.
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

  /// - Parameter latest: the one that holds.
  init(_ folder: WALFolder, _ latest: Checkpoint) throws(SystemError) {
    file = try folder.checkpointFile()
    self.latest = latest
  }

  /// Writes a checkpoint, durably, into the slot that doesn't hold. Where that fails, the next attempt takes the
  /// same slot: the other one stays whole.
  mutating func write(_ checkpoint: Checkpoint) throws(SystemError) {
    var next = checkpoint
    next.number = latest.number + 1
    try file.write(next.slot, at: next.offset)
    try file.flush()
    latest = next
  }
}

/// The write-ahead log was written by a program that has another format.
public struct UnknownWALVersion: Error, CustomStringConvertible {
  /// The directory of the log.
  public let folder: String
  /// The file in it that says so.
  public let file: String
  public let version: Int

  public var description: String {
    "\(folder)/\(file) is of version \(version) of the write-ahead log, and this program reads version \(WALMagic.version) "
      + "alone: start the program that wrote it, and stop it (systemctl stop levelwind): it publishes what is in the log, "
      + "or sets it aside. Then remove \(folder)/\(Checkpoint.name) and \(folder)/*.log, and leave the rest. Nothing was "
      + "changed"
  }
}

extension WALOpening {
  /// Looks at a log without opening it. What can't be read says nothing yet.
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
