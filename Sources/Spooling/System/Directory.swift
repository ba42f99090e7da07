import CLinux
import Glibc

/// An open directory, closed after its last use.
///
/// Everything in it is reached through its descriptor, so that a path that somebody changes in
/// between leads nowhere else.
final class Directory: Sendable {
  let fileSystem: any FileSystem
  let descriptor: Descriptor

  private init(_ descriptor: Descriptor, on fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.fileSystem = fileSystem
  }

  /// Opens a path from the configuration. The administrator answers for links in it.
  convenience init(path: String, on fileSystem: any FileSystem) throws(SystemError) {
    self.init(try fileSystem.openDirectory(path, in: nil), on: fileSystem)
  }

  /// Opens a directory that isn't a link, in a directory that this user may pass through and
  /// needn't be able to read.
  convenience init(
    _ name: String, in path: String, on fileSystem: any FileSystem
  ) throws(SystemError) {
    let parent = linux_open_passage(path)
    guard parent >= 0 else { throw SystemError(.openat, errno) }
    defer { Glibc.close(parent) }
    self.init(try fileSystem.openDirectory(name, in: parent), on: fileSystem)
  }

  deinit { try? fileSystem.close(descriptor) }

  /// Opens a directory in this one, never through a link.
  ///
  /// The descriptor is always a new one: it reports every failure to write back from now on, even
  /// one that other descriptors report as well.
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

  /// Opens an existing file for reading and writing in place.
  func file(_ name: String) throws(SystemError) -> WALFile {
    WALFile(try fileSystem.openFile(name, in: descriptor), on: fileSystem)
  }

  func exists(_ name: String) throws(SystemError) -> Bool {
    try fileSystem.exists(name, in: descriptor)
  }

  func unlink(_ name: String) throws(SystemError) {
    try fileSystem.unlink(name, in: descriptor)
  }

  /// Makes the names in the directory durable.
  func flush() throws(SystemError) { try fileSystem.flush(descriptor) }

  /// Makes everything durable that was written to the directory's file system.
  func flushFileSystem() throws(SystemError) {
    try fileSystem.flushFileSystem(of: descriptor)
  }

  func names() throws(SystemError) -> [String] { try fileSystem.names(in: descriptor) }

  func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8] {
    try fileSystem.read(name, in: descriptor, limit: limit)
  }

  func space() throws(SystemError) -> Space { try fileSystem.space(of: descriptor) }

  func device() throws(SystemError) -> UInt64 { try fileSystem.device(of: descriptor) }

  /// Whether a path leads to this directory; a link at its end does not.
  func isAt(_ path: String) -> Bool { (try? fileSystem.leads(path, to: descriptor)) ?? false }

  /// Whether a path leads to this directory, with links at its end followed; nil if that can't be
  /// told.
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

  /// Returns the bytes of a regular file; nil for anything else, or if it is gone.
  func size(of name: String) -> Int? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
      status.st_mode & S_IFMT == S_IFREG
    else { return nil }
    return Int(status.st_size)
  }
}

/// The calls of importers in the directories of a spool.
extension Directory {
  /// Moves a file to another name. The new name must be free, or this throws EEXIST.
  func move(_ name: String, to target: Directory, as new: String) throws(SystemError) {
    while linux_rename_without_replacing(descriptor, name, target.descriptor, new) != 0 {
      if errno != EINTR { throw SystemError(.renameat2, errno) }
    }
  }

  /// Replaces a small file as a whole, or makes it.
  ///
  /// It isn't flushed: after a power cut it may be missing or empty, and the task is then worked on
  /// once more.
  func put(_ bytes: [UInt8], as name: String) throws(SystemError) {
    let unique = ".\(name).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    try write([bytes], as: unique)
    try rename(unique, over: name)
  }

  /// Gives a file a name that may be another file's, which is gone then. If that fails, the file is
  /// removed.
  func rename(_ name: String, over other: String) throws(SystemError) {
    if renameat(descriptor, name, descriptor, other) == 0 { return }
    let error = SystemError(.renameat2, errno)
    try? unlink(name)
    throw error
  }

  /// Writes a new file, whose name isn't flushed.
  ///
  /// - Parameters:
  ///   - parts: the content, written one after the other.
  ///   - name: the name of the file, which must be free.
  ///   - mode: the mode of the file, whatever the umask is.
  ///   - owner: the owner of the file; nil for this process's user.
  ///   - isFlushed: whether the content is on the device when this returns.
  /// - Throws: the error of the system. No file stays behind then.
  func write(
    _ parts: [[UInt8]], as name: String, mode: UInt32 = 0o640, owner: SystemUser? = nil,
    isFlushed: Bool = false
  ) throws(SystemError) {
    let file = try create(name, mode: mode)
    do throws(SystemError) {
      do throws(SystemError) {
        try fileSystem.write(parts, to: file)
        if let owner { try Self.give(file, to: owner) }
        if isFlushed { try fileSystem.flush(file) }
      } catch {
        try? fileSystem.close(file)
        throw error
      }
      try fileSystem.close(file)
    } catch {
      try? unlink(name)
      throw error
    }
  }

  /// Gives the directory to a user.
  func give(to owner: SystemUser) throws(SystemError) { try Self.give(descriptor, to: owner) }

  private static func give(_ file: Descriptor, to owner: SystemUser) throws(SystemError) {
    if fchown(file, owner.user, owner.group) != 0 { throw SystemError(.fchown, errno) }
  }

  /// Returns the first bytes of a file, at most `limit`; nil if there isn't a regular file that can
  /// be read.
  func text(_ name: String, limit: Int) -> [UInt8]? {
    try? TaskFile(name, in: self).read(0..<limit)
  }

  /// Removes a name, if it is there.
  func remove(_ name: String) throws(SystemError) {
    do { try unlink(name) } catch { if error.number != ENOENT { throw error } }
  }

  /// Removes a directory, if it is empty.
  func removeDirectory(_ name: String) { _ = unlinkat(descriptor, name, AT_REMOVEDIR) }

  /// Whether a name is in the directory, whatever it belongs to.
  func contains(_ name: String) -> Bool {
    faccessat(descriptor, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0
  }
}
