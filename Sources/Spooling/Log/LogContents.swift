import Glibc

/// What was found in the log when it was opened.
struct LogContents {
  /// Something in the log that is not what it was.
  struct Damage: Sendable, Equatable {
    let segment: String
    let words: String
  }

  /// What is not published yet, in order.
  var pending: [Commit] = []
  /// The last sequence number in use.
  var last: UInt64
  var damages: [Damage] = []
  /// The segments that hold anything but zeros, or are shorter than they should be.
  var used: [String] = []

  /// Reads all of the log behind a checkpoint.
  init(
    _ folder: LogFolder, after checkpoint: Checkpoint, layout: LogLayout
  ) throws(SystemError) {
    try self.init(try folder.segmentNames(), after: checkpoint, layout: layout) {
      name throws(SystemError) in try folder.read(name, bytes: layout.segmentBytes)
    }
  }

  /// - Parameter read: the bytes of the segment of a name. They may be any, and none of them trap.
  init(
    _ names: [String], after checkpoint: Checkpoint, layout: LogLayout,
    read: (String) throws(SystemError) -> [UInt8]
  ) throws(SystemError) {
    var groups: [(sequence: UInt64, commits: [Commit], segment: String)] = []
    last = checkpoint.published
    for name in names {
      let bytes = try read(name)
      let found = Self.groups(in: bytes, of: name, checkpoint)
      groups += found.groups.map { ($0.0, $0.1, name) }
      if !checkpoint.recycled.contains(name) { damages += found.damages }
      let (isCut, isUsed) = (bytes.count < layout.segmentBytes, !Self.isZero(bytes[...]))
      if isCut || isUsed { used.append(name) }
      // One of zeros was cut while it was made.
      if isCut, isUsed {
        damages.append(Damage(segment: name, words: "it is cut after \(bytes.count) bytes"))
      }
    }
    groups.sort { $0.sequence < $1.sequence }
    for group in groups {
      if group.sequence > last, group.sequence - last > 1 {
        let words = "the groups \(last + 1) to \(group.sequence - 1) are missing before one in it"
        damages.append(Damage(segment: group.segment, words: words))
      }
      last = max(last, group.sequence)
      pending += group.commits
    }
  }

  private static func groups(
    in segment: [UInt8], of name: String, _ checkpoint: Checkpoint
  ) -> (groups: [(UInt64, [Commit])], damages: [Damage]) {
    var groups: [(UInt64, [Commit])] = []
    var damages: [Damage] = []
    var offset = 0
    while offset + LogLayout.block <= segment.count {
      switch LogGroup.find(in: segment, at: offset, log: checkpoint.log) {
      case .group(let sequence, let commits, let bytes):
        if sequence > checkpoint.published { groups.append((sequence, commits)) }
        offset += bytes
      case .broken(let sequence, let bytes):
        if sequence > checkpoint.published {
          damages.append(Damage(segment: name, words: "group \(sequence) is not whole"))
        }
        offset += bytes
      case .nothing:
        if !isZero(segment[offset..<offset + LogLayout.block]) {
          let isNew = damages.last?.words.hasSuffix(Self.unknown) != true
          if isNew { damages.append(Damage(segment: name, words: "byte \(offset)\(unknown)")) }
        }
        offset += LogLayout.block
      }
    }
    return (groups, damages)
  }

  /// Each byte is the one before it, and the first is 0.
  private static func isZero(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return true }
      return bytes[0] == 0 && memcmp(start, start + 1, bytes.count - 1) == 0
    }
  }

  private static let unknown = " and what follows is no group"
}
