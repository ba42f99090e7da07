import Glibc

/// The right to work on a state directory, and on the spools that belong to it: for one process at a
/// time, until this goes or the process ends, however it ends.
public final class StateLock: Sendable {
  private let descriptor: Descriptor

  /// Takes `<state>/lock`, without waiting. The directory has to be there.
  public init(state: String) throws(StateLockError) {
    let path = "\(state)/lock"
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    descriptor = open(path, flags, 0o640)
    if descriptor == -1 { throw .failed(SystemError(.openat, errno), path: path) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    let error = SystemError(.flock, errno)
    close(descriptor)
    throw error.number == EWOULDBLOCK ? .held(path: path) : .failed(error, path: path)
  }

  /// Whether a process has it, or may have it where this one may not look. Makes nothing.
  public static func isHeld(state: String) -> Bool {
    let file = open("\(state)/lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return errno != ENOENT }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  deinit { close(descriptor) }
}
