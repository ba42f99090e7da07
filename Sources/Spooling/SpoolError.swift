/// Why a commit is not known to be durable. The sender is told to come again (503 with Retry-After).
public enum SpoolError: Error, Sendable, Equatable {
  /// No room: the disk or a quota is full, or what is free is below a floor.
  case full(spool: String, reason: String)
  /// The spool is missing or broken, or its file system is not trusted.
  case unavailable(spool: String, reason: String)
  /// A call failed on the way.
  case failed(SystemError, spool: String)
  /// A call on the write-ahead log failed.
  case log(SystemError)
  /// The write-ahead log is not open.
  case logClosed
  /// Not done by the deadline. The commit may still finish.
  case deadline
  /// The process is about to end and takes nothing more.
  case stopping

  /// The identifier of the spool that it happened in, if it was one.
  public var spool: String? {
    switch self {
    case .full(let spool, _), .unavailable(let spool, _), .failed(_, let spool): spool
    case .log, .logClosed, .deadline, .stopping: nil
    }
  }
}

extension SpoolError: CustomStringConvertible {
  /// For the log; says nothing of what was delivered.
  public var description: String {
    switch self {
    case .full(let spool, let reason): "spool \(spool) is full: \(reason)"
    case .unavailable(let spool, let reason): "spool \(spool) is unavailable: \(reason)"
    case .failed(let error, let spool): "spool \(spool): \(error)"
    case .log(let error): "the write-ahead log: \(error)"
    case .logClosed: "the write-ahead log is not open"
    case .deadline: "not durable by the deadline"
    case .stopping: "stopping"
    }
  }
}
