import FoundationEssentials
import Logging
import Spooling
import Webhooks

extension Loading {
  /// Reads the configuration for the responder, and refuses webhooks whose examples fail if the
  /// settings say so.
  ///
  /// - Parameters:
  ///   - folder: the configuration's folder.
  ///   - credentials: the credentials that the service got when it started.
  ///   - previous: the snapshot in use; nil at start.
  /// - Returns: the loading.
  static func forServing(
    _ folder: String, _ credentials: Credentials, previous: Snapshot? = nil
  ) -> Loading {
    Snapshot.load(
      directory: folder, previous: previous, credentials: credentials, now: Date()
    ).refusingFailures(in: folder, previous: previous, now: Date())
  }

  /// Logs each problem as an entry of its own.
  public func log(to log: Logger) {
    for problem in problems {
      log.note(
        .problem, level: problem.severity == .error ? .error : .warning,
        ["file": "\(problem.file)", "problem": "\(problem)"])
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
      log.note(.unwrittenLog, ["reason": "\(problem)"])
    }
    for damage in unreadable {
      log.note(.unreadLog, ["reason": "\(damage)"])
    }
  }
}
