import FoundationEssentials
import Glibc

/// A regular file that is open for reading, and closed after its last use.
///
/// Everybody who may write into a spool can put links and FIFOs there: a link is not followed, and
/// a FIFO isn't waited for.
final class TaskFile: Sendable {
  let descriptor: Descriptor
  /// The file's length in bytes, when it was opened.
  let size: Int
  private let number: (device: dev_t, file: ino_t)
  /// The user that the file belongs to.
  let owner: uid_t
  /// When the file's name last changed, which is the beginning of a claim.
  let renamed: Date
  /// When the file's content last changed.
  let written: Date

  /// Opens a file.
  ///
  /// - Throws: ELOOP for anything but a regular file.
  init(_ name: String, in directory: Directory) throws(SystemError) {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    descriptor = openat(directory.descriptor, name, flags)
    // ENXIO is the error of opening a socket.
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

  /// Locks the file until it is unlocked, or until every copy of the descriptor is closed.
  ///
  /// - Returns: false if it is locked by another process.
  func lock() throws(SystemError) -> Bool {
    try LinuxFileSystem().lock(descriptor, exclusively: true)
  }

  /// Whether a name in a directory belongs to this file.
  func isAt(_ name: String, in directory: Directory) -> Bool {
    var status = stat()
    return fstatat(directory.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && (status.st_dev, status.st_ino) == number
  }

  /// Unlocks the file, even if a command still has a copy of the descriptor.
  func unlock() { _ = flock(descriptor, LOCK_UN) }

  /// The most bytes that are read at once. The largest task, a body of 1 GiB in which each byte is
  /// escaped, has less. A file that `truncate` made longer may have any size.
  static let mostRead = 8 << 30

  /// Returns the bytes of a range; fewer if the file ends before.
  ///
  /// - Throws: EFBIG for more than `mostRead` bytes.
  func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
    let wanted = min(range.upperBound, size) - range.lowerBound
    guard wanted > 0 else { return [] }
    guard wanted <= Self.mostRead else { throw SystemError(.read, EFBIG) }
    return try LinuxFileSystem().read(wanted, at: range.lowerBound, of: descriptor)
  }
}

extension Date {
  fileprivate init(_ moment: timespec) {
    self.init(timeIntervalSince1970: Double(moment.tv_sec) + Double(moment.tv_nsec) / 1e9)
  }
}
