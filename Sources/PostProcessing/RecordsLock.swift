import Glibc
import Spooling

/// The right to work on all records of a state directory. One process has it at a time, until this
/// object goes or the process ends in any way.
public final class RecordsLock: Sendable {
  /// The reason why this process doesn't have the right.
  public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process works on the records: exit code 75.
    case held(path: String)
    /// The folder can't be opened or locked. The value has the system's reason.
    case failed(path: String, reason: String)

    /// The reason in an administrator's words.
    public var description: String {
      switch self {
      case .held(let path): "another levelwind postprocess works on \(path)"
      case .failed(let path, let reason):
        "\(path): \(reason); the responder makes it when it needs it"
      }
    }
  }

  private let descriptor: Int32

  /// Locks the folder without waiting, and makes the folder if there isn't one. Root must not do
  /// so: see `owner`.
  ///
  /// - Parameter state: the state directory.
  /// - Throws: `held` if another process has the right, `failed` for any other reason.
  public init(state: String) throws(Failure) {
    let path = "\(state)/\(Self.name)"
    let isMade = mkdir(path, 0o770) == 0
    descriptor = Self.open(state)
    guard descriptor >= 0 else {
      throw .failed(path: path, reason: String(cString: strerror(errno)))
    }
    if isMade { fchmod(descriptor, 0o2770) }
    do {
      if try LinuxFileSystem().lock(descriptor, exclusively: true) { return }
    } catch {
      close(descriptor)
      throw .failed(path: path, reason: String(cString: strerror(error.number)))
    }
    close(descriptor)
    throw .held(path: path)
  }

  deinit { close(descriptor) }

  /// Whether a process has the right. Makes no folder.
  public static func isHeld(state: String) -> Bool {
    let folder = open(state)
    guard folder >= 0 else { return false }
    defer { close(folder) }
    return (try? LinuxFileSystem().lock(folder, exclusively: false)) == false
  }

  /// Returns the user and group of the folder; nil if there isn't one. The user who may write the
  /// state directory can replace the folder at any time, so root must become that user before it
  /// locks.
  public static func owner(state: String) -> SystemUser? {
    let folder = open(state)
    guard folder >= 0 else { return nil }
    defer { close(folder) }
    var status = stat()
    return fstat(folder, &status) == 0
      ? SystemUser(user: status.st_uid, group: status.st_gid) : nil
  }

  private static let name = SpoolID.recordsFolder

  private static func open(_ state: String) -> Int32 {
    Glibc.open("\(state)/\(name)", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
  }
}
