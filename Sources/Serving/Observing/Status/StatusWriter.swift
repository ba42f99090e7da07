import Bytes
import CSystemd
import FoundationEssentials
import Glibc
import Logging
import Spooling
import Webhooks
import Webhooks

/// Keeps the responder's status file and systemd's status line, and logs the alarms. A loaded
/// configuration is written at once, and a change by deliveries within two seconds. Deliveries
/// don't wait for the file. A crash loses the changes since the last write.
final class StatusWriter: Sendable {
  /// The last status, in memory, so that readers wait for no disk.
  struct Said: Sendable {
    let file: StatusFile
    /// The status of the other processes, by the names of their files.
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
  /// Locked while the file is written.
  private let writing = Mutex(Writing())
  private let rounds = Rounds("status")
  private static let interval = Duration.seconds(2)
  /// The pause before the second write. By then the spools have been looked into.
  private static let firstInterval = Duration.milliseconds(300)
  /// The greatest age of a file without changes, in seconds.
  private static let longest: TimeInterval = 10
  /// The pause after a round, as a multiple of the time that the round took.
  private static let rest = 50
  private static let longestPause = Duration.seconds(10)

  /// Starts the thread that writes. `state` is the state directory.
  init(_ source: StatusSource, state: String, log: Logger) {
    folder = state
    self.source = source
    self.log = log
    rounds.start(after: Self.firstInterval, last: { [self] in write() }) { [self] in
      let start = ContinuousClock.now
      write()
      return min(max(Self.interval, (.now - start) * Self.rest), Self.longestPause)
    }
  }

  /// The last status, a few seconds old at most; nil before the first write.
  var last: Said? { said.withLock { $0 } }

  /// Writes the file if anything changed or the last write is old. A round without a delivery gives
  /// back the memory that nothing uses.
  func write() {
    writing.withLock { writing in
      let now = Date()
      var file = source.file(at: now)
      // Last, since a reload waits for the file. The rest of the file changes without a delivery,
      // too: others write to the same disks.
      let isIdle = writing.written?.webhooks == file.webhooks
      defer { if isIdle { letGoOfMemory() } }
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

  /// Writes the file once more, and never again. A disk that hangs, even under an earlier write,
  /// delays this by half a second at most.
  func stop() { rounds.stop() }

  /// Writes the file. A failure is logged when its reason changes, and not every two seconds.
  private func note(failureOf file: StatusFile, in writing: inout Writing) {
    do {
      try file.write(state: folder)
      writing.failure = nil
    } catch {
      let failure = "\(error)"
      if failure != writing.failure {
        log.note(.unwrittenStatus, ["reason": "\(failure)"])
      }
      writing.failure = failure
    }
  }
}

extension StatusFile {
  /// The status line for systemd: `3 webhooks, 1,204 deliveries, 2 refused, newest 2026-11-28
  /// 18:49:06 +01:00`.
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
