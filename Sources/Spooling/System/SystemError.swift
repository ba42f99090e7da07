import CLinux
import Glibc

/// A system call that failed, and its error number.
public struct SystemError: Error, Sendable, Equatable {
  /// The calls that this module makes, by their names in section 2 of the manual.
  public enum Call: String, Sendable {
    case openat, mkdirat, fchmod, fstat, writev, read, fsync, close, renameat2, unlinkat, getdents
    case fstatvfs, flock, pwrite, fdatasync, syncfs, fstatat, fchown, linkat, setuid
    case pidfdOpen = "pidfd_open"
    case pidfdSendSignal = "pidfd_send_signal"
  }

  /// The call that failed.
  public let call: Call
  /// The `errno` of the call.
  public let number: Int32

  /// Creates an error from a call and its `errno`.
  public init(_ call: Call, _ number: Int32) {
    self.call = call
    self.number = number
  }

  /// Whether the file system had no room: no blocks, no inodes, or a full quota.
  public var isFull: Bool { number == ENOSPC || number == EDQUOT }

  /// Whether the file system can't be trusted after this failure.
  ///
  /// A flush or a close that failed may have dropped any earlier write, even if it failed for want
  /// of room: the next flush can then answer 0 over a file of zeros. The other numbers say that the
  /// device is in trouble.
  public var isDistrust: Bool {
    switch call {
    case .fsync, .fdatasync, .syncfs, .close: true
    default: [EIO, EROFS, ENODEV, ENXIO, EUCLEAN, EBADMSG].contains(number)
    }
  }
}

extension SystemError: CustomStringConvertible {
  /// The call and the system's words for the number: `fsync: Input/output error`.
  public var description: String { "\(call.rawValue): \(String(cString: strerror(number)))" }
}
