import Crypto

/// How far the log is published. Two slots are written in turn, so that one is always whole.
struct Checkpoint: Sendable, Equatable {
  static let name = "checkpoint"
  static let fileBytes = 2 * LogLayout.block
  private static let magic = Array("LWpoint\u{1}".utf8)

  let log: LogIdentity
  /// Counts the checkpoints; the higher one of the two slots holds.
  var number: UInt64 = 0
  /// Every group up to this one is in its spools, durably.
  var published: UInt64 = 0
  /// Segments that are being overwritten with zeros: what is found in them says nothing.
  var recycled: [String] = []

  /// Where this one belongs in the file, in bytes.
  var offset: Int { Int(number % 2) * LogLayout.block }

  var slot: [UInt8] {
    var slot = ByteWriter()
    slot.add(raw: Self.magic)
    slot.add(raw: log.bytes)
    slot.add(number)
    slot.add(published)
    slot.add(UInt64(recycled.count), bytes: 4)
    for name in recycled { slot.add(sized: name.utf8) }
    slot.pad(to: LogLayout.block - SHA256.byteCount)
    slot.add(raw: Array(SHA256.hash(data: slot.bytes)))
    return slot.bytes
  }

  /// The later of the slots that are whole; nil if none is.
  static func latest(in file: [UInt8]) -> Checkpoint? {
    stride(from: 0, to: file.count - LogLayout.block + 1, by: LogLayout.block)
      .compactMap { Checkpoint(slot: file[$0..<$0 + LogLayout.block]) }
      .max { $0.number < $1.number }
  }

  init(log: LogIdentity) { self.log = log }

  private init?(slot: ArraySlice<UInt8>) {
    let content = slot.dropLast(SHA256.byteCount)
    guard SHA256.hash(data: content).elementsEqual(slot.suffix(SHA256.byteCount)) else {
      return nil
    }
    var reader = ByteReader(content)
    guard reader.raw(Self.magic.count).map({ $0.elementsEqual(Self.magic) }) == true,
      let log = reader.raw(LogIdentity.count), let number = reader.number(),
      let published = reader.number(), let count = reader.count()
    else { return nil }
    var names: [String] = []
    for _ in 0..<count {
      guard let name = reader.text() else { return nil }
      names.append(name)
    }
    self.log = LogIdentity(bytes: log)
    self.number = number
    self.published = published
    recycled = names
  }
}
