import Spooling

/// The calls of a `FileSystem`, told apart by what they are made on.
enum Call: String, CaseIterable {
  case openDirectory = "open-directory"
  case makeDirectory = "make-directory"
  case create, write
  case flushFile = "flush-file"
  case flushDirectory = "flush-directory"
  case closeFile = "close-file"
  case closeDirectory = "close-directory"
  case rename, unlink, names, read, space, device, lock

  /// What the system calls it.
  var systemCall: SystemError.Call {
    switch self {
    case .openDirectory, .create: .openat
    case .makeDirectory: .mkdirat
    case .write: .writev
    case .flushFile, .flushDirectory: .fsync
    case .closeFile, .closeDirectory: .close
    case .rename: .renameat2
    case .unlink: .unlinkat
    case .names: .getdents
    case .read: .read
    case .space: .fstatvfs
    case .device: .fstat
    case .lock: .flock
    }
  }
}
