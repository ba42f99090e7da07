import Foundation
import Glibc
import Webhooks

/// Where a service of this program logs to.
public enum ServiceLog {
  /// The journal, where standard error is connected with it; else lines of JSON on standard error.
  public static func sink() -> any LogSink {
    isJournal(ProcessInfo.processInfo.environment["JOURNAL_STREAM"])
      ? JournalSink() : JSONLines(write: StandardErrorLines.shared.write)
  }

  /// Puts one entry into the journal, where there is one: for what a command does on its own.
  public static func note(_ record: LogRecord) {
    guard access("/run/systemd/journal/socket", F_OK) == 0 else { return }
    _ = JournalSink().write([record])
  }

  /// Whether standard error is the stream that systemd made for the journal (systemd.exec(5)):
  /// `device:inode`, both decimal.
  static func isJournal(_ stream: String?) -> Bool {
    var status = stat()
    guard let stream, fstat(STDERR_FILENO, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }
}
