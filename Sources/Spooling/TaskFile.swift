import Foundation
import Glibc

/// A regular file opened for reading, closed with its last use.
///
/// Whoever may write a spool can plant links and FIFOs in it: neither is followed or waited for.
final class TaskFile: Sendable {
  let descriptor: Descriptor
  /// In bytes.
  let size: Int
  private let number: (device: dev_t, file: ino_t)
  /// The file's user.
  let owner: uid_t
  /// When its name last changed: the age of a claim.
  let renamed: Date
  /// When its content last changed.
  let written: Date

  /// - Throws: ELOOP for anything that is no regular file.
  init(_ name: String, in directory: Directory) throws(SystemError) {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    descriptor = openat(directory.descriptor, name, flags)
    // What opening a socket says.
    if descriptor == -1 { throw SystemError(.openat, errno == ENXIO ? ELOOP : errno) }
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = Int(status.st_size)
    number = (status.st_dev, status.st_ino)
    owner = status.st_uid
    renamed = Date(status.st_ctim)
    written = Date(status.st_mtim)
    if !isRegular { throw SystemError(.openat, ELOOP) }
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Locks it, until it is unlocked or every copy of the descriptor is closed; false if it is locked.
  func lock() throws(SystemError) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    throw SystemError(.flock, errno)
  }

  /// Whether a name in a directory is this file's.
  func isAt(_ name: String, in directory: Directory) -> Bool {
    var status = stat()
    return fstatat(directory.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && (status.st_dev, status.st_ino) == number
  }

  /// Also where a command that was run has a copy of the descriptor still.
  func unlock() { _ = flock(descriptor, LOCK_UN) }

  /// The most bytes that are read at once. The largest task, a body of 1 GiB in which each byte is escaped,
  /// has less; a file made longer by `truncate` may have any size.
  static let mostRead = 8 << 30

  /// The bytes of a range, fewer where the file ends before.
  ///
  /// - Throws: EFBIG for more than `mostRead`.
  func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
    let wanted = min(range.upperBound, size) - range.lowerBound
    guard wanted > 0 else { return [] }
    guard wanted <= Self.mostRead else { throw SystemError(.read, EFBIG) }
    var count = 0
    var number: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
      while count < wanted {
        let part = pread(
          descriptor, buffer.baseAddress! + count, wanted - count, range.lowerBound + count)
        if part == 0 { break }
        if part > 0 {
          count += part
        } else if errno != EINTR {
          number = errno
          break
        }
      }
      initialized = count
    }
    if number != 0 { throw SystemError(.read, number) }
    return bytes
  }
}

extension Date {
  fileprivate init(_ moment: timespec) {
    self.init(timeIntervalSince1970: Double(moment.tv_sec) + Double(moment.tv_nsec) / 1e9)
  }
}
