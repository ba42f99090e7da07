import Crypto

@testable import Spooling

/// The files of the write-ahead log when it is opened: a segment, and a checkpoint. Whatever they
/// hold is read or reported. What is read, written and read again is the same.
enum LogTarget {
  private static let log = WALIdentity(bytes: Array("the log's 16 own".utf8))
  private static let headBytes = 48

  static func run(_ input: [UInt8]) {
    checkpoint(input)
    segment(input)
    let blocks = WALLayout.padded(input.count)
    segment(mended(input + [UInt8](repeating: 0, count: blocks - input.count)))
  }

  private static func segment(_ bytes: [UInt8]) {
    let layout = WALLayout(segmentBytes: WALLayout.padded(bytes.count))
    // The segment is there twice, which is how sequence numbers repeat.
    let read = try? WALContents(
      ["0001.log", "0002.log"], after: Checkpoint(log: log), layout: layout
    ) { _ in (bytes, []) }
    guard let read else { return hold(false, "a segment that can be read is an error") }
    let isZero = bytes.allSatisfy { $0 == 0 }
    hold(isZero || read.used.count == 2, "what is in use is taken for empty")
    let isKnown = isZero || isPublished(bytes) || read.last > 0 || !read.damages.isEmpty
    hold(isKnown, "what is no group is not reported")
    hold(read.groups.isEmpty || read.last > 0, "a group has no number")
    for group in read.groups {
      let own = Array(bytes[group.offset..<group.offset + group.bytes])
      guard case .group(group.sequence, let commits, _) = WALGroup.find(in: own, at: 0, log: log),
        commits.flatMap(\.entries).count == group.tasks.count
      else { return hold(false, "a group can't be read back from its place") }
      for commit in commits { writtenAgain(commit) }
    }
  }

  /// Whether a group has the number 0. No real group has it, so it counts as published.
  private static func isPublished(_ segment: [UInt8]) -> Bool {
    stride(from: 0, to: segment.count, by: WALLayout.block).contains { offset in
      let head = segment[offset...].prefix(32)
      return head.starts(with: "LWlog".utf8) && head.dropFirst(24).allSatisfy { $0 == 0 }
    }
  }

  /// Returns the segment with valid checksums, which no fuzzer guesses.
  private static func mended(_ segment: [UInt8]) -> [UInt8] {
    var segment = segment
    for offset in stride(from: 0, to: segment.count, by: WALLayout.block) {
      let group = segment[offset...]
      guard group.starts(with: "LWlog".utf8) else { continue }
      var head = ByteReader(group.dropFirst(32))
      let room = UInt64(group.count - WALGroup.headBytes)
      guard let length = head.number(), length <= room else { continue }
      var hash = SHA256()
      hash.update(data: group.prefix(headBytes))
      hash.update(data: group.dropFirst(WALGroup.headBytes).prefix(Int(length)))
      let checked = offset + headBytes..<offset + WALGroup.headBytes
      segment.replaceSubrange(checked, with: Array(hash.finalize()))
    }
    return segment
  }

  private static func writtenAgain(_ commit: Commit) {
    var writer = ByteWriter()
    writer.pad(to: WALGroup.headBytes)
    WALRecord.append(commit, to: &writer)
    let group = WALGroup.seal(writer.bytes, count: 1, sequence: 7, log: log)
    guard case .group(7, let commits, group.count) = WALGroup.find(in: group, at: 0, log: log),
      commits.count == 1, commits[0].entries.count == commit.entries.count
    else { return hold(false, "a commit can't be read again") }
    for (one, other) in zip(commits[0].entries, commit.entries) {
      let isSame =
        one.spool == other.spool && one.place == other.place && one.id == other.id
        && one.label == other.label && one.parts == other.parts
      hold(isSame, "a commit is another one")
    }
  }

  private static func checkpoint(_ input: [UInt8]) {
    _ = Checkpoint.latest(in: input)
    var slot = Array(input.prefix(WALLayout.block - SHA256.byteCount))
    slot += repeatElement(0, count: WALLayout.block - SHA256.byteCount - slot.count)
    slot += Array(SHA256.hash(data: slot))
    guard let read = Checkpoint.latest(in: slot) else { return }
    // Names that aren't UTF-8 become longer.
    guard read.slot.count == WALLayout.block else { return }
    hold(Checkpoint.latest(in: read.slot) == read, "a checkpoint is another one")
  }
}
