import Logging
import Webhooks

extension Loading {
  /// Logs every problem, an entry each.
  public func log(to log: Logger) {
    for problem in problems {
      log.log(
        level: problem.severity == .error ? .error : .warning, "configuration problem",
        metadata: ["file": "\(problem.file)", "problem": "\(problem)"])
    }
  }
}
