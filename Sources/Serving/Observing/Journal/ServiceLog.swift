import CSystemd
import FoundationEssentials
import Glibc
import Webhooks

/// The log of a service of this program.
public enum ServiceLog {
  /// Returns the journal if standard error is connected with it, and lines of JSON on standard
  /// error otherwise.
  public static func sink() -> any LogSink {
    isJournal(ProcessInfo.processInfo.environment["JOURNAL_STREAM"])
      ? JournalSink() : JSONLines(write: StandardErrorLines.shared.write)
  }

  /// Puts one entry into the journal, if this machine has one. For changes that a command makes on
  /// its own.
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

/// Writes to systemd's journal, each record as an entry with fields.
struct JournalSink: LogSink {
  func write(_ records: [LogRecord]) -> Int {
    records.count { !Self.send(JournalFields(of: $0)) }
  }

  /// Waits where journald does not keep up.
  ///
  /// - Returns: whether the entry was sent.
  private static func send(_ fields: JournalFields) -> Bool {
    fields.bytes.withUnsafeBytes { bytes in
      let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      let vectors = fields.ranges.map { range in
        iovec(iov_base: base.map { $0 + range.lowerBound }, iov_len: range.count)
      }
      return sd_journal_sendv(vectors, Int32(vectors.count)) == 0
    }
  }
}
