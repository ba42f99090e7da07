import Glibc

/// The right of one process at a time to work on a state directory and on the spools that belong to
/// it. It ends with this object or with the process, however that ends.
public final class StateLock: Sendable {
  private let descriptor: Descriptor

  /// Takes `<state>/lock`, without waiting. The state directory must exist.
  ///
  /// - Throws: `StateLockError.held` if another process has the lock.
  public init(state: String) throws(StateLockError) {
    let path = "\(state)/lock"
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    descriptor = open(path, flags, 0o640)
    if descriptor == -1 { throw .failed(SystemError(.openat, errno), path: path) }
    do {
      if try LinuxFileSystem().lock(descriptor, exclusively: true) { return }
    } catch {
      close(descriptor)
      throw .failed(error, path: path)
    }
    close(descriptor)
    throw .held(path: path)
  }

  /// Whether a process holds the lock, or may hold it if this user can't look. Makes nothing.
  public static func isHeld(state: String) -> Bool {
    let file = open("\(state)/lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return errno != ENOENT }
    defer { close(file) }
    return (try? LinuxFileSystem().lock(file, exclusively: false)) == false
  }

  deinit { close(descriptor) }
}

/// Why this process may not work on a state directory.
public enum StateLockError: Error, Sendable, Equatable {
  /// Another process works on it: exit status 75.
  case held(path: String)
  /// The lock file can't be opened or locked.
  case failed(SystemError, path: String)
}

extension StateLockError: CustomStringConvertible {
  /// The error in words, with the path.
  public var description: String {
    switch self {
    case .held(let path): "\(path): another responder holds this lock"
    case .failed(let error, let path): "\(path): \(error)"
    }
  }
}
