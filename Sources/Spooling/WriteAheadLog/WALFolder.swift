import Bytes
import Crypto
import FoundationEssentials
import Glibc

/// The directory of the log, with its segments, its checkpoint, and what is set aside.
final class WALFolder: Sendable {
  static let name = "wal"
  /// The beginning of the names of copies of unreadable segments.
  static let damagePrefix = "unreadable-"
  static let mode: UInt32 = 0o700
  static let fileMode: UInt32 = 0o600

  let directory: Directory
  let volume: Volume
  private let layout: WALLayout
  /// Zeros that a segment is filled with: a part of its length.
  private let zeros: [UInt8]

  /// Opens `wal/` in the state directory.
  ///
  /// - Parameters:
  ///   - state: the directory that was locked at the start. A path could lead elsewhere by now.
  ///   - make: whether `wal/` is made if it is missing. Only start and reload may set it.
  ///   - layout: the sizes of the log.
  ///   - volumes: the file systems that are known.
  /// - Throws: the error of the system if `wal/` can't be opened or made.
  init(
    in state: Directory, make: Bool, layout: WALLayout, volumes: Volumes
  ) throws(SystemError) {
    directory = try Self.open(Self.name, in: state, make: make)
    self.layout = layout
    volume = volumes.volume(of: try directory.device())
    zeros = [UInt8](repeating: 0, count: min(layout.segmentBytes, 64 << 10))
  }

  func segmentNames() throws(SystemError) -> [String] {
    try directory.names().filter(WALSegment.isName).sorted()
  }

  /// Returns the bytes of the checkpoint's file; an empty array if it is missing.
  func checkpointBytes() throws(SystemError) -> [UInt8] {
    guard try directory.exists(Checkpoint.name) else { return [] }
    return try directory.read(Checkpoint.name, limit: Checkpoint.fileBytes)
  }

  /// Reads a segment, or as much of it as there is.
  ///
  /// - Returns: the bytes, with zeros for blocks that can't be read, and the offsets of these
  ///   blocks.
  func read(_ name: String) throws(SystemError) -> (bytes: [UInt8], unreadable: [Int]) {
    do {
      return (try directory.read(name, limit: layout.segmentBytes), [])
    } catch {
      if error.number != EIO || error.call != .read { throw error }
    }
    let file = try directory.file(name)
    var (bytes, unreadable): ([UInt8], [Int]) = ([], [])
    while bytes.count < layout.segmentBytes {
      do {
        let block = try file.read(WALLayout.block, at: bytes.count)
        if block.isEmpty { break }
        bytes += block
      } catch {
        if error.number != EIO { throw error }
        unreadable.append(bytes.count)
        bytes += repeatElement(0, count: WALLayout.block)
      }
    }
    return (bytes, unreadable)
  }

  func checkpointFile() throws(SystemError) -> WALFile { try directory.file(Checkpoint.name) }

  func segment(_ name: String) throws(SystemError) -> WALSegment {
    WALSegment(name: name, file: try directory.file(name))
  }

  /// Makes the file of the checkpoints, durably.
  func makeCheckpoint(_ first: Checkpoint) throws(SystemError) {
    if try directory.exists(Checkpoint.name) { try directory.unlink(Checkpoint.name) }
    let other = [UInt8](repeating: 0, count: WALLayout.block)
    try make(Checkpoint.name, first.number % 2 == 0 ? [first.slot, other] : [other, first.slot])
  }

  /// Makes a segment of zeros, durably. A file of that name is replaced.
  func makeSegment(_ name: String) throws(SystemError) -> WALSegment {
    if try directory.exists(name) { try directory.unlink(name) }
    try make(name, [[UInt8]](repeating: zeros, count: layout.segmentBytes / zeros.count))
    return try segment(name)
  }

  /// Overwrites a segment with zeros, durably.
  func clear(_ segment: WALSegment) throws(SystemError) {
    for offset in stride(from: 0, to: layout.segmentBytes, by: zeros.count) {
      try segment.file.write(zeros, at: offset)
    }
    try segment.file.flush()
  }

  /// Keeps a copy of a segment that can't be read. The copy's name contains a hash of the bytes and
  /// the segment's name.
  ///
  /// - Returns: the name of the copy; nil if it was made before.
  func keepAside(_ bytes: [UInt8], of name: String) throws(SystemError) -> String? {
    let content = SHA256.hash(data: bytes).prefix(8).map { byte in
      let (high, low) = byte.hexadecimalDigits
      return String(decoding: [high, low], as: UTF8.self)
    }
    let copy = "\(Self.damagePrefix)\(content.joined())-\(name)"
    if try directory.exists(copy) { return nil }
    try make(copy, [bytes])
    return copy
  }

  private func make(_ name: String, _ parts: [[UInt8]]) throws(SystemError) {
    try directory.write(parts, as: name, mode: Self.fileMode, isFlushed: true)
    try directory.flush()
  }

  /// Opens a directory. With `make`, a missing one is made.
  ///
  /// All names in the parent are durable then: a process that was killed may have made the
  /// directory, or a file beside it, without a flush.
  static func open(
    _ name: String, in parent: Directory, make: Bool
  ) throws(SystemError) -> Directory {
    let opened: Directory
    do {
      opened = try parent.directory(name)
    } catch {
      if error.number != ENOENT || !make { throw error }
      try parent.makeDirectory(name, mode: mode)
      opened = try parent.directory(name)
    }
    try parent.flush()
    return opened
  }
}

/// A file of the log, open for reading and writing in place. It is closed after its last use.
final class WALFile: Sendable {
  private let descriptor: Descriptor
  private let fileSystem: any FileSystem

  init(_ descriptor: Descriptor, on fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.fileSystem = fileSystem
  }

  deinit { try? fileSystem.close(descriptor) }

  /// Reads `count` bytes from an offset; fewer only at the end of the file.
  func read(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    try fileSystem.read(count, at: offset, of: descriptor)
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    try fileSystem.write(bytes, at: offset, to: descriptor)
  }

  /// Asks the kernel to start writing these bytes to the device, and doesn't wait for that.
  func begin(_ count: Int, at offset: Int) { fileSystem.begin(count, at: offset, of: descriptor) }

  /// Returns when what was written is on the device.
  func flush() throws(SystemError) { try fileSystem.flushData(descriptor) }
}
