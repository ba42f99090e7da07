import Glibc

/// The right to work on all records of a state directory: for one process at a time, until this goes or
/// the process ends, however it ends.
public final class RecordsLock: Sendable {
  /// Why they are not this process's.
  public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process works on them: exit status 75.
    case held(path: String)
    /// The system's reason.
    case failed(path: String, reason: String)

    public var description: String {
      switch self {
      case .held(let path): "another levelwind postprocess works on \(path)"
      case .failed(let path, let reason):
        "\(path): \(reason); the responder makes it when it needs it"
      }
    }
  }

  private let descriptor: Int32

  /// Locks the folder, without waiting; makes it where it can and there is none.
  ///
  /// - Parameter state: the state directory.
  public init(state: String) throws(Failure) {
    let path = "\(state)/postprocess"
    if mkdir(path, 0o770) == 0 { chmod(path, 0o2770) }
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .failed(path: path, reason: String(cString: strerror(errno)))
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    let number = errno
    close(descriptor)
    throw number == EWOULDBLOCK
      ? .held(path: path) : .failed(path: path, reason: String(cString: strerror(number)))
  }

  deinit { close(descriptor) }

  /// The user and group that the folder belongs to.
  public var owner: (user: uid_t, group: gid_t)? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? (status.st_uid, status.st_gid) : nil
  }
}
