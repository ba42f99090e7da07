import CSystemd
import Dispatch
import Foundation
import Logging
import Spooling
import Webhooks

/// Keeps the responder's status file and systemd's status line, and logs what should have been heard of: at
/// once when a configuration was loaded, and within two seconds of what deliveries change. No delivery
/// waits for it; a crash loses what is younger.
final class StatusWriter: Sendable {
  /// What was said last, in memory: whoever asks for it waits for no disk.
  struct Said: Sendable {
    let file: StatusFile
    /// What the other processes said, by the name of their file.
    let work: [String: WorkStatus]
  }

  private struct Writing {
    var written: StatusFile?
    var failure: String?
    var alarms = Alarms()
  }
  private let folder: String
  private let source: StatusSource
  private let log: Logger
  private let said = Mutex<Said?>(nil)
  /// Held while it is written.
  private let writing = Mutex(Writing())
  private let stopped = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  private static let interval = Duration.seconds(2)
  /// Before the second time: the spools have been looked into meanwhile.
  private static let firstInterval = Duration.milliseconds(300)
  /// How old a file gets in which nothing changed, in seconds.
  private static let longest: TimeInterval = 10
  /// The longer a round takes, the longer the pause behind it.
  private static let rest = 50
  private static let longestPause = Duration.seconds(10)

  /// - Parameter state: the folder of the state.
  init(_ source: StatusSource, state: String, log: Logger) {
    folder = state
    self.source = source
    self.log = log
    ended.enter()
    Thread.detachNewThread { [self] in
      var pause = Self.firstInterval
      while stopped.wait(timeout: .now() + .milliseconds(Int(pause / .milliseconds(1))))
        == .timedOut
      {
        let start = ContinuousClock.now
        write()
        pause = min(max(Self.interval, (.now - start) * Self.rest), Self.longestPause)
      }
      write()
      ended.leave()
    }
  }

  /// What was said last, at most a few seconds ago; nil before the first time.
  var last: Said? { said.withLock { $0 } }

  /// Writes what changed, if anything did or the file is old.
  func write() {
    writing.withLock { writing in
      let now = Date()
      var file = source.file(at: now)
      writing.alarms.update(file, at: now, log: log)
      let work = WorkStatus.all(state: folder, incoming: file.incoming)
      said.withLock { $0 = Said(file: file, work: work) }
      if let written = writing.written,
        abs(now.timeIntervalSince(written.written)) < Self.longest
      {
        file.written = written.written
        if file == written { return }
        file.written = now
      }
      writing.written = file
      sd_notify(0, "STATUS=\(file.line)")
      note(failureOf: file, in: &writing)
    }
  }

  /// Has it written once more, and nothing from then on. A disk that hangs, be it under the last write,
  /// holds this up for half a second.
  func stop() {
    stopped.signal()
    _ = ended.wait(timeout: .now() + .milliseconds(500))
  }

  /// Said once, not every two seconds.
  private func note(failureOf file: StatusFile, in writing: inout Writing) {
    do {
      try file.write(state: folder)
      writing.failure = nil
    } catch {
      let failure = "\(error)"
      if failure != writing.failure {
        log.error("the status file can't be written", metadata: ["reason": "\(failure)"])
      }
      writing.failure = failure
    }
  }
}

extension StatusFile {
  /// For systemd: `3 webhooks, 1,204 deliveries, 2 refused, newest 2026-11-28 18:49:06 +01:00`.
  var line: String {
    let all = count(of: DeliveryOutcome.allCases)
    let refused = count(of: [.refused, .unavailable])
    let newest = webhooks.values.compactMap(\.lastDelivery).max()
    let parts = [
      configured.count.counted("webhook"), all.counted("delivery", "deliveries"),
      "\(refused.grouped) refused",
      "newest \(newest?.localTime ?? "never")",
    ]
    return parts.joined(separator: ", ") + (errors.isEmpty ? "" : ", errors in the configuration")
  }
}
