import CSystemd
import Glibc
import Webhooks

/// The log in systemd's journal, each record one entry with its fields.
struct JournalSink: LogSink {
  func write(_ records: [LogRecord]) -> Int {
    records.count { !Self.send(JournalFields(of: $0)) }
  }

  /// Waits where journald does not keep up.
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
