import CLinux
import Glibc

/// What importers do in the directories of a spool.
extension Directory {
  /// Moves a file to another name, which must be free (EEXIST).
  func move(_ name: String, to target: Directory, as new: String) throws(SystemError) {
    while linux_rename_without_replacing(descriptor, name, target.descriptor, new) != 0 {
      if errno != EINTR { throw SystemError(.renameat2, errno) }
    }
  }

  /// Writes a small file whole, in place of one that may be there. It is not flushed: after a power
  /// cut it may be missing or empty, and a task is worked on once more.
  func put(_ bytes: [UInt8], as name: String) throws(SystemError) {
    let unique = ".\(name).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    do throws(SystemError) {
      try write(bytes, as: unique)
      if renameat(descriptor, unique, descriptor, name) != 0 {
        throw SystemError(.renameat2, errno)
      }
    } catch {
      try? unlink(unique)
      throw error
    }
  }

  /// Writes a new file, unflushed.
  func write(_ bytes: [UInt8], as name: String) throws(SystemError) {
    let file = try create(name, mode: 0o640)
    do throws(SystemError) {
      try fileSystem.write([bytes], to: file)
    } catch {
      try? fileSystem.close(file)
      throw error
    }
    try fileSystem.close(file)
  }

  /// The first bytes of a file; nil if there is no file that can be read.
  func text(_ name: String, limit: Int) -> [UInt8]? {
    try? TaskFile(name, in: self).read(0..<limit)
  }

  /// Removes a name if it is there.
  func remove(_ name: String) throws(SystemError) {
    do { try unlink(name) } catch { if error.number != ENOENT { throw error } }
  }

  /// Removes a directory if it is empty.
  func removeDirectory(_ name: String) { _ = unlinkat(descriptor, name, AT_REMOVEDIR) }

  /// Whether a name is there, whatever it is.
  func contains(_ name: String) -> Bool {
    faccessat(descriptor, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0
  }
}
