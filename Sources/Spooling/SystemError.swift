import CLinux
import Glibc

/// A system call that failed, and how.
public struct SystemError: Error, Sendable, Equatable {
  /// The calls that the spool makes, by their names in section 2 of the manual.
  public enum Call: String, Sendable {
    case openat, mkdirat, fchmod, fstat, writev, read, fsync, close, renameat2, unlinkat, getdents
    case fstatvfs, flock, pwrite, fdatasync, syncfs, fstatat
    case pidfdOpen = "pidfd_open"
    case pidfdSendSignal = "pidfd_send_signal"
  }

  public let call: Call
  /// The `errno` that it left.
  public let number: Int32

  public init(_ call: Call, _ number: Int32) {
    self.call = call
    self.number = number
  }

  /// Whether the file system had no room: blocks, inodes or a quota.
  public var isFull: Bool { number == ENOSPC || number == EDQUOT }

  /// Whether the file system is not to be believed afterwards.
  ///
  /// A flush or a close that failed may have dropped any write before it, also one without room: the
  /// next flush can then answer 0 over a file of zeros. The rest says that the device is in trouble.
  public var isDistrust: Bool {
    switch call {
    case .fsync, .fdatasync, .syncfs, .close: true
    default: [EIO, EROFS, ENODEV, ENXIO, EUCLEAN, EBADMSG].contains(number)
    }
  }
}

extension SystemError: CustomStringConvertible {
  public var description: String { "\(call.rawValue): \(String(cString: strerror(number)))" }
}
