/// Why a state directory is not this process's.
public enum StateLockError: Error, Sendable, Equatable {
  /// Another process works on it: exit status 75.
  case held(path: String)
  /// The lock can't be taken at all.
  case failed(SystemError, path: String)
}

extension StateLockError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .held(let path): "\(path): another responder holds this lock"
    case .failed(let error, let path): "\(path): \(error)"
    }
  }
}
