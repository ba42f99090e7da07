import Logging
import Spooling
import Webhooks

extension Loading {
  /// Logs each problem as an entry of its own.
  public func log(to log: Logger) {
    for problem in problems {
      log.log(
        level: problem.severity == .error ? .error : .warning, "configuration problem",
        metadata: ["file": "\(problem.file)", "problem": "\(problem)"])
    }
  }
}

/// The configuration can't be served at all. Its problems were logged before.
struct UnusableConfiguration: Error, CustomStringConvertible {
  let folder: String

  var description: String {
    "the configuration in \(folder) can't be used: see levelwind check --config \(folder)"
  }
}

extension WALStatus {
  /// Logs what is wrong with the write-ahead log.
  func log(to log: Logger) {
    if let problem = problem {
      log.error("the write-ahead log can't be written", metadata: ["reason": "\(problem)"])
    }
    for damage in unreadable {
      log.error("something in the write-ahead log can't be read", metadata: ["reason": "\(damage)"])
    }
  }
}
