import Dispatch
import Foundation
import Logging
import Synchronization
import Webhooks

/// Keeps the responder's status file: at once when a configuration was loaded, and within two seconds
/// of what deliveries change. No delivery waits for it; a crash loses what is younger.
final class StatusWriter: Sendable {
  private let state: String
  private let activity: Activity
  private let log: Logger
  private let last = Mutex<StatusFile?>(nil)
  private let stopped = DispatchSemaphore(value: 0)
  private static let interval = DispatchTimeInterval.seconds(2)

  /// - Parameter state: the folder of the state.
  init(state: String, activity: Activity, log: Logger) {
    self.state = state
    self.activity = activity
    self.log = log
    Thread.detachNewThread { [self] in
      while stopped.wait(timeout: .now() + Self.interval) == .timedOut { writeChanges() }
    }
  }

  /// Writes what was loaded.
  func write(generation: Int, problems: [Problem]) {
    let webhooks = activity.changes() ?? activity.webhooks
    write { _ in
      StatusFile(
        process: getpid(), generation: generation, problems: problems, webhooks: webhooks)
    }
  }

  /// Writes what deliveries changed, and no more from then on.
  func stop() {
    stopped.signal()
    writeChanges()
  }

  private func writeChanges() {
    guard let webhooks = activity.changes() else { return }
    write { file in
      var file = file
      file?.webhooks = webhooks
      return file
    }
  }

  private func write(_ change: (StatusFile?) -> StatusFile?) {
    last.withLock { last in
      last = change(last)
      do {
        try last?.write(state: state)
      } catch {
        log.error("the status file can't be written", metadata: ["reason": "\(error)"])
      }
    }
  }
}
