import Crypto

/// How far the log is published. Two slots in the file are written in turn, so that one of them is
/// always whole.
struct Checkpoint: Sendable, Equatable {
  static let name = "checkpoint"
  static let fileBytes = 2 * WALLayout.block
  static let magic = WALMagic("LWpoint")

  let log: WALIdentity
  /// The number of this checkpoint. The slot with the higher number holds.
  var number: UInt64 = 0
  /// The last group up to which every group is in its spools, or set aside, durably.
  var published: UInt64 = 0
  /// The segments that are being overwritten with zeros. Nothing that is found in them counts.
  var recycled: [String] = []

  /// The offset of this checkpoint's slot in the file, in bytes.
  var offset: Int { Int(number % 2) * WALLayout.block }

  /// The bytes of the slot: one block, with a SHA-256 at its end.
  var slot: [UInt8] {
    var slot = ByteWriter()
    slot.add(raw: Self.magic.bytes)
    slot.add(raw: log.bytes)
    slot.add(number)
    slot.add(published)
    slot.add(UInt64(recycled.count), bytes: 4)
    for name in recycled { slot.add(sized: name.utf8) }
    slot.pad(to: WALLayout.block - SHA256.byteCount)
    slot.add(raw: Array(SHA256.hash(data: slot.bytes)))
    return slot.bytes
  }

  /// Returns the later one of the whole slots; nil if neither slot is whole.
  static func latest(in file: [UInt8]) -> Checkpoint? {
    slots(of: file).compactMap { Checkpoint(slot: $0) }.max { $0.number < $1.number }
  }

  static func slots(of file: [UInt8]) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: file.count - WALLayout.block + 1, by: WALLayout.block)
      .map { file[$0..<$0 + WALLayout.block] }
  }

  init(log: WALIdentity) { self.log = log }

  private init?(slot: ArraySlice<UInt8>) {
    let content = slot.dropLast(SHA256.byteCount)
    guard SHA256.hash(data: content).elementsEqual(slot.suffix(SHA256.byteCount)) else {
      return nil
    }
    var reader = ByteReader(content)
    guard reader.raw(Self.magic.bytes.count).map({ $0.elementsEqual(Self.magic.bytes) }) == true,
      let log = reader.raw(WALIdentity.count), let number = reader.number(),
      let published = reader.number(), let count = reader.count()
    else { return nil }
    var names: [String] = []
    for _ in 0..<count {
      guard let name = reader.text() else { return nil }
      names.append(name)
    }
    self.log = WALIdentity(bytes: log)
    self.number = number
    self.published = published
    recycled = names
  }
}

/// The identity of a log: 16 random bytes in each of its groups. They tell its groups from those of
/// another log, and from bytes that a sender made look like a group.
struct WALIdentity: Sendable, Equatable {
  static let count = 16
  let bytes: [UInt8]

  init() { bytes = (0..<Self.count).map { _ in .random(in: 0...255) } }

  init(bytes: some Collection<UInt8>) { self.bytes = Array(bytes) }
}

/// The first 8 bytes of a checkpoint and of a group: its kind, and the version of its format.
struct WALMagic: Sendable {
  /// The version of both formats.
  static let version: UInt8 = 1
  let bytes: [UInt8]

  /// - Parameter name: at most 7 bytes.
  init(_ name: String) {
    var bytes = Array(name.utf8.prefix(7))
    bytes += repeatElement(0, count: 7 - bytes.count)
    self.bytes = bytes + [Self.version]
  }

  /// Returns the version of bytes of this kind and another version; nil for any other bytes.
  func otherVersion(in start: ArraySlice<UInt8>) -> Int? {
    guard start.count >= bytes.count, start.prefix(7).elementsEqual(bytes.prefix(7)),
      let version = start.dropFirst(7).first, version != bytes[7]
    else { return nil }
    return Int(version)
  }
}
