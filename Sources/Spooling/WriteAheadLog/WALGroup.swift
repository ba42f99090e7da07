import Crypto

/// Commits that are flushed together: whole blocks, with a sequence number and a checksum over all.
enum WALGroup {
  /// How a look for a group ended.
  enum Found {
    case group(sequence: UInt64, commits: [Commit], bytes: Int)
    /// The head is a group's, the rest is not what it was.
    case broken(sequence: UInt64, bytes: Int)
    case nothing
  }

  static let headBytes = 80
  static let magic = WALMagic("LWlog")
  private static let checkedBytes = 48

  /// - Parameter records: as `WALRecord` makes them, behind `headBytes` bytes that are anything.
  static func seal(
    _ records: consuming [UInt8], count: Int, sequence: UInt64, log: WALIdentity
  ) -> [UInt8] {
    var bytes = records
    let length = bytes.count - headBytes
    var head = ByteWriter()
    head.add(raw: magic.bytes)
    head.add(raw: log.bytes)
    head.add(sequence)
    head.add(UInt64(length))
    head.add(UInt64(count))
    bytes.replaceSubrange(..<checkedBytes, with: head.bytes)
    bytes.replaceSubrange(checkedBytes..<headBytes, with: Array(checksum(bytes[...])))
    bytes.append(
      contentsOf: [UInt8](repeating: 0, count: WALLayout.padded(bytes.count) - bytes.count))
    return bytes
  }

  /// Looks for a group of this log at an offset in a segment.
  static func find(in segment: [UInt8], at offset: Int, log: WALIdentity) -> Found {
    let bytes = segment[offset...]
    var head = ByteReader(bytes)
    guard head.raw(magic.bytes.count).map({ $0.elementsEqual(magic.bytes) }) == true,
      head.raw(log.bytes.count).map({ $0.elementsEqual(log.bytes) }) == true,
      let sequence = head.number(), let length = head.number(), let count = head.number(),
      let checked = head.raw(headBytes - checkedBytes)
    else { return .nothing }
    let room = UInt64(bytes.count - headBytes)
    let whole = WALLayout.padded(headBytes + Int(min(length, room)))
    guard length <= room else { return .broken(sequence: sequence, bytes: WALLayout.block) }
    let group = bytes.prefix(headBytes + Int(length))
    guard checked.elementsEqual(checksum(group)),
      let count = Int(exactly: count), let commits = commits(count, in: group.dropFirst(headBytes))
    else { return .broken(sequence: sequence, bytes: WALLayout.block) }
    return .group(sequence: sequence, commits: commits, bytes: whole)
  }

  private static func commits(_ count: Int, in records: ArraySlice<UInt8>) -> [Commit]? {
    var reader = ByteReader(records)
    var commits: [Commit] = []
    for _ in 0..<count {
      guard let commit = WALRecord.read(&reader) else { return nil }
      commits.append(commit)
    }
    return commits
  }

  /// SHA-256 over the head but the checksum itself, and the records.
  private static func checksum(_ group: ArraySlice<UInt8>) -> SHA256.Digest {
    var hash = SHA256()
    hash.update(data: group.prefix(checkedBytes))
    hash.update(data: group.dropFirst(headBytes))
    return hash.finalize()
  }
}
