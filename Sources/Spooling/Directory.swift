import CLinux
import Glibc

/// An open directory, closed with its last use. Everything in it is reached through its descriptor, so
/// that a path which somebody changes in between leads nowhere else.
final class Directory: Sendable {
  let fileSystem: any FileSystem
  let descriptor: Descriptor

  private init(_ descriptor: Descriptor, on fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.fileSystem = fileSystem
  }

  /// Opens a path from outside, whose links the administrator answers for.
  convenience init(path: String, on fileSystem: any FileSystem) throws(SystemError) {
    self.init(try fileSystem.openDirectory(path, in: nil), on: fileSystem)
  }

  /// Opens a directory, which is no link, in one that this user may pass through and need not read.
  convenience init(
    _ name: String, in path: String, on fileSystem: any FileSystem
  ) throws(SystemError) {
    let parent = linux_open_passage(path)
    guard parent >= 0 else { throw SystemError(.openat, errno) }
    defer { Glibc.close(parent) }
    self.init(try fileSystem.openDirectory(name, in: parent), on: fileSystem)
  }

  deinit { try? fileSystem.close(descriptor) }

  /// Opens a directory in this one, which is no link. The descriptor is always a new one: it hears of
  /// every failure to write back from now on, whoever else is told of it.
  func directory(_ name: String) throws(SystemError) -> Directory {
    Directory(try fileSystem.openDirectory(name, in: descriptor), on: fileSystem)
  }

  func makeDirectory(_ name: String, mode: UInt32) throws(SystemError) {
    try fileSystem.makeDirectory(name, in: descriptor, mode: mode)
  }

  func create(_ name: String, mode: UInt32) throws(SystemError) -> Descriptor {
    try fileSystem.createFile(name, in: descriptor, mode: mode)
  }

  func move(_ name: String, to target: Directory) throws(SystemError) {
    try fileSystem.rename(name, from: descriptor, to: target.descriptor)
  }

  /// Opens a file that is there, for reading and writing in place.
  func file(_ name: String) throws(SystemError) -> WALFile {
    WALFile(try fileSystem.openFile(name, in: descriptor), on: fileSystem)
  }

  func exists(_ name: String) throws(SystemError) -> Bool {
    try fileSystem.exists(name, in: descriptor)
  }

  func unlink(_ name: String) throws(SystemError) {
    try fileSystem.unlink(name, in: descriptor)
  }

  /// Makes the names in it durable.
  func flush() throws(SystemError) { try fileSystem.flush(descriptor) }

  /// Makes durable all that was written to the file system that it lies on.
  func flushFileSystem() throws(SystemError) {
    try fileSystem.flushFileSystem(of: descriptor)
  }

  func names() throws(SystemError) -> [String] { try fileSystem.names(in: descriptor) }

  func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8] {
    try fileSystem.read(name, in: descriptor, limit: limit)
  }

  func space() throws(SystemError) -> Space { try fileSystem.space(of: descriptor) }

  func device() throws(SystemError) -> UInt64 { try fileSystem.device(of: descriptor) }

  /// Whether a path from outside leads here.
  func isAt(_ path: String) -> Bool { (try? fileSystem.leads(path, to: descriptor)) ?? false }

  /// Whether a path from outside leads here, links at its end followed; nil where that can't be told.
  func isFound(at path: String) -> Bool? {
    do {
      return try fileSystem.leads("\(path)/.", to: descriptor)
    } catch {
      return error.number == ENOENT || error.number == ENOTDIR ? false : nil
    }
  }

  func lock(exclusively: Bool) throws(SystemError) -> Bool {
    try fileSystem.lock(descriptor, exclusively: exclusively)
  }

  /// The bytes of a file; nil for what is none, or is gone.
  func size(of name: String) -> Int? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
      status.st_mode & S_IFMT == S_IFREG
    else { return nil }
    return Int(status.st_size)
  }
}
