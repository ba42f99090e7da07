import Glibc

/// The contents of the log when it was opened: the places of its groups, without their bytes.
struct WALContents {
  /// A part of the log that isn't as it was written.
  struct Damage: Sendable, Equatable {
    let segment: String
    let words: String
  }

  /// A group that isn't published yet.
  struct Group {
    let sequence: UInt64
    let segment: String
    let offset: Int
    /// The length in bytes, in whole blocks.
    let bytes: Int
    let tasks: [Task]
  }

  /// One entry of the group's commits.
  struct Task {
    let spool: SpoolID
    let name: String
    let size: Int
  }

  /// The groups, sorted by their sequence numbers.
  private(set) var groups: [Group] = []
  /// The last sequence number in use.
  private(set) var last: UInt64
  private(set) var damages: [Damage] = []
  /// The segments that hold anything but zeros, are too short, or have unreadable blocks.
  private(set) var used: Set<String> = []

  /// Reads the whole log after a checkpoint.
  init(
    _ folder: WALFolder, after checkpoint: Checkpoint, layout: WALLayout
  ) throws(SystemError) {
    try self.init(try folder.segmentNames(), after: checkpoint, layout: layout) {
      name throws(SystemError) in try folder.read(name)
    }
  }

  /// Reads the segments with these names. `read` returns the bytes of a segment, and the offsets of
  /// blocks that could not be read and are zeros. The bytes may be anything: they must not cause a
  /// trap.
  init(
    _ names: [String], after checkpoint: Checkpoint, layout: WALLayout,
    read: (String) throws(SystemError) -> (bytes: [UInt8], unreadable: [Int])
  ) throws(SystemError) {
    last = checkpoint.published
    for name in names {
      let (bytes, unreadable) = try read(name)
      let isRecycled = checkpoint.recycled.contains(name)
      let damages = readGroups(in: bytes, of: name, checkpoint)
      if !isRecycled { self.damages += damages }
      for offset in unreadable where !isRecycled {
        self.damages.append(Damage(segment: name, words: "the device can't read byte \(offset)"))
      }
      let (isCut, isUsed) = (bytes.count < layout.segmentBytes, !Self.isZero(bytes[...]))
      if isCut || isUsed || !unreadable.isEmpty { used.insert(name) }
      // A segment of zeros that is too short was cut while it was made: that isn't damage.
      if isCut, isUsed {
        self.damages.append(
          Damage(segment: name, words: "the segment is cut off after \(bytes.count) bytes"))
      }
    }
    groups.sort { $0.sequence < $1.sequence }
    for group in groups {
      if group.sequence > last, group.sequence - last > 1 {
        let words =
          "the groups \(last + 1) to \(group.sequence - 1) are missing before a group "
          + "of this segment"
        damages.append(Damage(segment: group.segment, words: words))
      }
      last = max(last, group.sequence)
    }
  }

  /// Takes over the groups of one segment that aren't published, and returns the segment's damages.
  private mutating func readGroups(
    in segment: [UInt8], of name: String, _ checkpoint: Checkpoint
  ) -> [Damage] {
    var damages: [Damage] = []
    var offset = 0
    while offset + WALLayout.block <= segment.count {
      switch WALGroup.find(in: segment, at: offset, log: checkpoint.log) {
      case .group(let sequence, let commits, let bytes):
        if sequence > checkpoint.published {
          let tasks = commits.flatMap(\.entries).map {
            Task(spool: $0.spool, name: TaskName.task($0), size: $0.size)
          }
          groups.append(
            Group(sequence: sequence, segment: name, offset: offset, bytes: bytes, tasks: tasks))
        }
        offset += bytes
      case .broken(let sequence, let bytes):
        if sequence > checkpoint.published {
          damages.append(Damage(segment: name, words: "group \(sequence) is incomplete"))
        }
        offset += bytes
      case .nothing:
        if !Self.isZero(segment[offset..<offset + WALLayout.block]) {
          let isNew = damages.last?.words.hasSuffix(Self.unknown) != true
          if isNew { damages.append(Damage(segment: name, words: "byte \(offset)\(Self.unknown)")) }
        }
        offset += WALLayout.block
      }
    }
    return damages
  }

  /// Whether all bytes are 0: the first is 0, and each equals the one before it.
  private static func isZero(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return true }
      return bytes[0] == 0 && memcmp(start, start + 1, bytes.count - 1) == 0
    }
  }

  private static let unknown = " and what follows aren't a group"
}
