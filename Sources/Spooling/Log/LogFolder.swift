import Foundation
import Glibc

/// The directory of the log: its segments, and the checkpoint.
final class LogFolder: Sendable {
  private static let name = "wal"
  private static let mode: UInt32 = 0o700
  private static let fileMode: UInt32 = 0o600

  let directory: Directory
  let volume: Volume
  private let layout: LogLayout
  /// Part of a segment.
  private let zeros: [UInt8]

  /// Opens `wal/` in the state directory.
  ///
  /// - Parameter make: whether it is made where it is missing.
  /// - Returns: nil if it is missing, and stays so.
  init?(
    in state: String, make: Bool, layout: LogLayout, fileSystem: any FileSystem, volumes: Volumes
  ) throws(SystemError) {
    guard let directory = try Self.open(in: state, make: make, fileSystem) else { return nil }
    self.directory = directory
    self.layout = layout
    volume = volumes.volume(of: try directory.device())
    zeros = [UInt8](repeating: 0, count: min(layout.segmentBytes, 64 << 10))
  }

  func segmentNames() throws(SystemError) -> [String] {
    try directory.names().filter(LogSegment.isName).sorted()
  }

  /// The whole of a file, or all that is there of it.
  func read(_ name: String, bytes: Int) throws(SystemError) -> [UInt8] {
    try directory.read(name, limit: bytes)
  }

  func checkpointFile() throws(SystemError) -> LogFile { try directory.file(Checkpoint.name) }

  /// Makes the file of the checkpoints, durably.
  func makeCheckpoint(_ first: Checkpoint) throws(SystemError) {
    if try directory.exists(Checkpoint.name) { try directory.unlink(Checkpoint.name) }
    let other = [UInt8](repeating: 0, count: LogLayout.block)
    try make(Checkpoint.name, first.number % 2 == 0 ? [first.slot, other] : [other, first.slot])
  }

  /// Makes a segment of zeros, durably; in place of a file of that name, if there is one.
  func makeSegment(_ name: String) throws(SystemError) -> LogSegment {
    if try directory.exists(name) { try directory.unlink(name) }
    try make(name, [[UInt8]](repeating: zeros, count: layout.segmentBytes / zeros.count))
    return LogSegment(name: name, file: try directory.file(name))
  }

  /// Overwrites a segment with zeros, durably.
  func clear(_ segment: LogSegment) throws(SystemError) {
    for offset in stride(from: 0, to: layout.segmentBytes, by: zeros.count) {
      try segment.file.write(zeros, at: offset)
    }
    try segment.file.flush()
  }

  /// Keeps a copy of what can't be read, under a name that says when and of what.
  ///
  /// - Returns: the name.
  func keepAside(_ bytes: [UInt8], of name: String) throws(SystemError) -> String {
    let copy = "unreadable-\(Date().rfc3339)-\(name)"
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

  private static func open(
    in state: String, make: Bool, _ fileSystem: any FileSystem
  ) throws(SystemError) -> Directory? {
    let parent: Directory
    do {
      parent = try Directory(path: state, on: fileSystem)
    } catch {
      if error.number == ENOENT, !make { return nil } else { throw error }
    }
    do {
      return try parent.directory(name)
    } catch {
      if error.number != ENOENT { throw error }
      if !make { return nil }
    }
    try parent.makeDirectory(name, mode: mode)
    try parent.flush()
    return try parent.directory(name)
  }
}
