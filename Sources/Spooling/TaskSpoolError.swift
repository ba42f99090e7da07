import Glibc

/// What keeps an importer from a spool or from one of its tasks.
public enum TaskSpoolError: Error, Sendable, Equatable {
  /// The spool can't be used: missing, a link in place of a directory, or somebody else's.
  case unusable(path: String, SystemError)
  /// A call failed at a task's file. Another task may go well.
  case failed(path: String, SystemError)
  /// No task can be there: a link, a FIFO or a directory.
  case noTask(path: String, reason: String)

  /// Whether a task is there that this user may not read: not yet or no longer, while its group changes.
  public var isForbidden: Bool {
    guard case .failed(_, let error) = self else { return false }
    return error.number == EACCES || error.number == EPERM
  }
}

extension TaskSpoolError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unusable(let path, let error):
      error.number == ENOENT ? "there is no spool at \(path)" : "\(path) can't be used: \(error)"
    case .failed(let path, let error): "\(path): \(error)"
    case .noTask(let path, let reason): "\(path) is no task: \(reason)"
    }
  }
}
