import Crypto

/// One commit as bytes in the log. A part that several of its entries share is written once.
enum WALRecord {
  static func append(_ commit: Commit, to log: inout ByteWriter) {
    var parts: [[UInt8]] = []
    var known: [PartKey: UInt64] = [:]
    // A single entry shares nothing.
    let isAlone = commit.entries.count == 1
    let indices = commit.entries.map { entry in
      entry.parts.map { part -> UInt64 in
        if !isAlone {
          let key = PartKey(part)
          if let index = known[key] { return index }
          known[key] = UInt64(parts.count)
        }
        parts.append(part)
        return UInt64(parts.count - 1)
      }
    }
    log.add(UInt64(parts.count), bytes: 4)
    for part in parts { log.add(sized: part) }
    log.add(UInt64(commit.entries.count), bytes: 4)
    for (entry, indices) in zip(commit.entries, indices) { append(entry, indices, to: &log) }
  }

  /// - Returns: nil if the bytes aren't a record.
  static func read(_ log: inout ByteReader) -> Commit? {
    guard let count = log.count() else { return nil }
    var parts: [[UInt8]] = []
    for _ in 0..<count {
      guard let part = log.sized() else { return nil }
      parts.append(Array(part))
    }
    guard let count = log.count() else { return nil }
    var commit = Commit()
    for _ in 0..<count {
      guard let entry = entry(&log, parts) else { return nil }
      commit.entries.append(entry)
    }
    return commit
  }

  private static func append(
    _ entry: Commit.Entry, _ parts: [UInt64], to log: inout ByteWriter
  ) {
    log.add(sized: entry.spool.path.utf8)
    log.add(entry.id.high)
    log.add(entry.id.low)
    log.add(sized: (entry.label ?? "").utf8)
    if case .failed(let reason) = entry.place {
      log.add(1, bytes: 1)
      log.add(sized: reason.utf8)
    } else {
      log.add(0, bytes: 1)
    }
    log.add(UInt64(parts.count), bytes: 4)
    for part in parts { log.add(part, bytes: 4) }
  }

  private static func entry(_ log: inout ByteReader, _ parts: [[UInt8]]) -> Commit.Entry? {
    guard let spool = log.text(), let high = log.number(), let low = log.number(),
      let label = log.text(), let place = place(&log), let count = log.count()
    else { return nil }
    var own: [[UInt8]] = []
    for _ in 0..<count {
      guard let index = log.number(bytes: 4), index < parts.count else { return nil }
      own.append(parts[Int(index)])
    }
    return Commit.Entry(
      spool: SpoolID(path: spool), place: place, id: UUIDv7(high: high, low: low),
      label: label.isEmpty ? nil : label, parts: own)
  }

  private static func place(_ log: inout ByteReader) -> Commit.Place? {
    switch log.number(bytes: 1) {
    case 0: .new
    case 1: log.text().map { .failed(reason: $0) }
    default: nil
    }
  }
}

/// A part by its address: entries share storage, which the commit keeps alive.
private struct PartKey: Hashable {
  let start: UnsafeRawPointer?
  let count: Int

  init(_ part: [UInt8]) {
    start = part.withUnsafeBytes { $0.baseAddress }
    count = part.count
  }
}

/// Commits that are flushed together: whole blocks, with a sequence number and a checksum over
/// everything.
enum WALGroup {
  /// The result of a look at an offset of a segment.
  enum Found {
    case group(sequence: UInt64, commits: [Commit], bytes: Int)
    /// The head of a group whose remaining bytes aren't as they were written.
    case broken(sequence: UInt64, bytes: Int)
    case nothing
  }

  static let headBytes = 80
  static let magic = WALMagic("LWlog")
  private static let checkedBytes = 48

  /// Returns a complete group: its head is written, and it is padded to whole blocks. `records` has
  /// `count` commits as `WALRecord` writes them, after `headBytes` bytes of any content.
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

  /// Returns the SHA-256 over the head without the checksum, and the records.
  private static func checksum(_ group: ArraySlice<UInt8>) -> SHA256.Digest {
    var hash = SHA256()
    hash.update(data: group.prefix(checkedBytes))
    hash.update(data: group.dropFirst(headBytes))
    return hash.finalize()
  }
}
