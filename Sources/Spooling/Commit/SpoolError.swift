/// Why a commit isn't known to be durable. The sender is told to try again (503 with Retry-After).
public enum SpoolError: Error, Sendable, Equatable {
  /// There isn't enough room: the disk or a quota is full, or less is free than a floor.
  case full(spool: SpoolID, reason: String)
  /// The spool is missing or broken, or its file system isn't trusted.
  case unavailable(spool: SpoolID, reason: String)
  /// A system call failed on the way.
  case failed(SystemError, spool: SpoolID)
  /// A system call on the write-ahead log failed.
  case log(SystemError)
  /// The write-ahead log is not open.
  case logClosed
  /// The commit was not durable by the deadline. It may still become durable.
  case deadline
  /// The process is about to end and takes no more commits.
  case stopping

  /// The spool in which the error happened; nil for the write-ahead log's errors,
  /// `deadline` and `stopping`.
  public var spool: SpoolID? {
    switch self {
    case .full(let spool, _), .unavailable(let spool, _), .failed(_, let spool): spool
    case .log, .logClosed, .deadline, .stopping: nil
    }
  }
}

extension SpoolError: CustomStringConvertible {
  /// Text for the log, without anything that was delivered.
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
