import Crypto
import Foundation
import Glibc

/// The directory of the log: its segments, its checkpoint, and what is set aside.
final class WALFolder: Sendable {
  static let name = "wal"
  /// What copies of segments that can't be read begin with.
  static let damagePrefix = "unreadable-"
  static let mode: UInt32 = 0o700
  static let fileMode: UInt32 = 0o600

  let directory: Directory
  let volume: Volume
  private let layout: WALLayout
  /// Part of a segment.
  private let zeros: [UInt8]

  /// Opens `wal/` in the state directory.
  ///
  /// - Parameters:
  ///   - state: the directory that was locked at the start. A path could lead elsewhere by now.
  ///   - make: whether it is made where it is missing; at start and reload alone.
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

  /// The whole of the checkpoint's file; nothing where it is missing.
  func checkpointBytes() throws(SystemError) -> [UInt8] {
    guard try directory.exists(Checkpoint.name) else { return [] }
    return try directory.read(Checkpoint.name, limit: Checkpoint.fileBytes)
  }

  /// The bytes of a segment, or all that is there of it. A block that can't be read is zeros.
  ///
  /// - Returns: besides, the offsets of the blocks that can't be read.
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

  /// Makes a segment of zeros, durably; in place of a file of that name, if there is one.
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

  /// Keeps a copy of a segment that can't be read, under a name that says of what.
  ///
  /// - Returns: the name; nil if that copy was kept before.
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
    let file = try directory.create(name, mode: Self.fileMode)
    do {
      try directory.fileSystem.write(parts, to: file)
      try directory.fileSystem.flush(file)
    } catch {
      try? directory.fileSystem.close(file)
      try? directory.unlink(name)
      throw error
    }
    try directory.fileSystem.close(file)
    try directory.flush()
  }

  /// Opens a directory, made durably where it is missing and that is wanted.
  static func open(
    _ name: String, in parent: Directory, make: Bool
  ) throws(SystemError) -> Directory {
    do {
      return try parent.directory(name)
    } catch {
      if error.number != ENOENT || !make { throw error }
    }
    try parent.makeDirectory(name, mode: mode)
    try parent.flush()
    return try parent.directory(name)
  }
}

/// A file of the log, open for reading and writing in place; closed with its last use.
final class WALFile: Sendable {
  private let descriptor: Descriptor
  private let fileSystem: any FileSystem

  init(_ descriptor: Descriptor, on fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.fileSystem = fileSystem
  }

  deinit { try? fileSystem.close(descriptor) }

  /// Up to `count` bytes from an offset; fewer at the end of the file alone.
  func read(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    try fileSystem.read(count, at: offset, of: descriptor)
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    try fileSystem.write(bytes, at: offset, to: descriptor)
  }

  /// Has the device begin with what was written, and does not wait for it.
  func begin(_ count: Int, at offset: Int) { fileSystem.begin(count, at: offset, of: descriptor) }

  /// What was written is on the device afterwards.
  func flush() throws(SystemError) { try fileSystem.flushData(descriptor) }
}
