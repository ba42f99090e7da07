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

  /// Locks the folder, without waiting; makes it where it can and there is none. Not as root: see `owner`.
  ///
  /// - Parameter state: the state directory.
  public init(state: String) throws(Failure) {
    let path = "\(state)/\(Self.name)"
    let isMade = mkdir(path, 0o770) == 0
    descriptor = Self.open(state)
    guard descriptor >= 0 else {
      throw .failed(path: path, reason: String(cString: strerror(errno)))
    }
    if isMade { fchmod(descriptor, 0o2770) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    let number = errno
    close(descriptor)
    throw number == EWOULDBLOCK
      ? .held(path: path) : .failed(path: path, reason: String(cString: strerror(number)))
  }

  deinit { close(descriptor) }

  /// Whether a process has it. Makes nothing.
  public static func isHeld(state: String) -> Bool {
    let folder = open(state)
    guard folder >= 0 else { return false }
    defer { close(folder) }
    return flock(folder, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// The user and group that the folder belongs to; nil where it is none, or not there. Who may write the
  /// state directory may put something else in its place at any time: root becomes that user first.
  public static func owner(state: String) -> (user: uid_t, group: gid_t)? {
    let folder = open(state)
    guard folder >= 0 else { return nil }
    defer { close(folder) }
    var status = stat()
    return fstat(folder, &status) == 0 ? (status.st_uid, status.st_gid) : nil
  }

  private static let name = "postprocess"

  private static func open(_ state: String) -> Int32 {
    Glibc.open("\(state)/\(name)", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
  }
}
