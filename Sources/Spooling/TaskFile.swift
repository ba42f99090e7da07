import Foundation
import Glibc

/// A regular file opened for reading, closed with its last use.
///
/// Whoever may write a spool can plant links and FIFOs in it: neither is followed or waited for.
final class TaskFile: Sendable {
  let descriptor: Descriptor
  /// In bytes.
  let size: Int
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

  /// Also where a command that was run has a copy of the descriptor still.
  func unlock() { _ = flock(descriptor, LOCK_UN) }

  /// The bytes of a range, fewer where the file ends before.
  func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
    let wanted = min(range.upperBound, size) - range.lowerBound
    guard wanted > 0 else { return [] }
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
