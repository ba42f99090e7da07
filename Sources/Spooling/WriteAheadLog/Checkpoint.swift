import Crypto

/// How far the log is published. Two slots are written in turn, so that one is always whole.
struct Checkpoint: Sendable, Equatable {
  static let name = "checkpoint"
  static let fileBytes = 2 * WALLayout.block
  static let magic = WALMagic("LWpoint")

  let log: WALIdentity
  /// Counts the checkpoints; the higher one of the two slots holds.
  var number: UInt64 = 0
  /// Every group up to this one is in its spools, or set aside, durably.
  var published: UInt64 = 0
  /// Segments that are being overwritten with zeros: what is found in them says nothing.
  var recycled: [String] = []

  /// Where this one belongs in the file, in bytes.
  var offset: Int { Int(number % 2) * WALLayout.block }

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

  /// The later of the slots that are whole; nil if none is.
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

/// Tells the groups of one log from those of any other, and from what a sender made look like one:
/// 16 random bytes.
struct WALIdentity: Sendable, Equatable {
  static let count = 16
  let bytes: [UInt8]

  init() { bytes = (0..<Self.count).map { _ in .random(in: 0...255) } }

  init(bytes: some Collection<UInt8>) { self.bytes = Array(bytes) }
}

/// The first 8 bytes of a checkpoint and of a group: what it is, and the version of its format.
struct WALMagic: Sendable {
  /// Of the format of both.
  static let version: UInt8 = 1
  let bytes: [UInt8]

  /// - Parameter name: at most 7 bytes.
  init(_ name: String) {
    var bytes = Array(name.utf8.prefix(7))
    bytes += repeatElement(0, count: 7 - bytes.count)
    self.bytes = bytes + [Self.version]
  }

  /// The version of something that is called so and is not of this version; nil for anything else.
  func otherVersion(in start: ArraySlice<UInt8>) -> Int? {
    guard start.count >= bytes.count, start.prefix(7).elementsEqual(bytes.prefix(7)),
      let version = start.dropFirst(7).first, version != bytes[7]
    else { return nil }
    return Int(version)
  }
}
