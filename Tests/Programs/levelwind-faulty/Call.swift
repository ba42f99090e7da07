import Spooling

/// The calls of a `FileSystem`, distinguished by the kind of file that they are made on.
enum Call: String, CaseIterable {
  case openDirectory = "open-directory"
  case makeDirectory = "make-directory"
  case openFile = "open-file"
  case create, write
  case writeLog = "log-write"
  case flushFile = "flush-file"
  case flushDirectory = "flush-directory"
  case flushLog = "flush-log"
  case flushFileSystem = "flush-file-system"
  case closeFile = "close-file"
  case closeDirectory = "close-directory"
  case rename, unlink, exists, names, read, space, leads, device, lock

  /// The system call behind it.
  var systemCall: SystemError.Call {
    switch self {
    case .openDirectory, .openFile, .create: .openat
    case .makeDirectory: .mkdirat
    case .write: .writev
    case .writeLog: .pwrite
    case .flushFile, .flushDirectory: .fsync
    case .flushLog: .fdatasync
    case .flushFileSystem: .syncfs
    case .closeFile, .closeDirectory: .close
    case .rename: .renameat2
    case .unlink: .unlinkat
    case .exists, .leads: .fstatat
    case .names: .getdents
    case .read: .read
    case .space: .fstatvfs
    case .device: .fstat
    case .lock: .flock
    }
  }
}
