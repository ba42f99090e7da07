import CSystemd
import FoundationEssentials
import Glibc
import Webhooks

/// The entries about deliveries in this machine's journal, in their order.
///
/// Any user may write entries that look like them. Only those of the given users count, by the user
/// id that journald itself noted.
public final class JournalReader {
  /// Why the journal can't be read.
  public struct Unreadable: Error, CustomStringConvertible {
    /// The error in words.
    public let description: String

    init(_ result: Int32) {
      description = "the journal can't be read: \(String(cString: strerror(-result)))"
    }
  }

  private let journal: OpaquePointer

  /// Opens the journal of this machine at the moment `since`, or at its beginning. Only entries of
  /// the user ids in `users` count.
  public init(users: Set<UInt32>, since: Date?) throws(Unreadable) {
    var opened: OpaquePointer?
    let result = sd_journal_open(&opened, Int32(SD_JOURNAL_LOCAL_ONLY))
    guard result >= 0, let opened else { throw Unreadable(result) }
    journal = opened
    // The journal combines values of the same field with "or", and different fields with "and".
    let matches = ["MESSAGE_ID=\(JournalFields.deliveryMessage)"] + users.map { "_UID=\($0)" }
    for match in matches {
      let bytes = Array(match.utf8)
      let result = sd_journal_add_match(journal, bytes, bytes.count)
      guard result >= 0 else { throw Unreadable(result) }
    }
    // An entry is written after its answer, never before its delivery's arrival: seeking to the
    // arrival's time misses none.
    let sought =
      since.map {
        sd_journal_seek_realtime_usec(journal, UInt64(max(0, $0.timeIntervalSince1970) * 1e6))
      } ?? sd_journal_seek_head(journal)
    guard sought >= 0 else { throw Unreadable(sought) }
  }

  deinit { sd_journal_close(journal) }

  /// Whether this user may read the system's journal. A user who may not sees their own entries
  /// alone.
  public static var isReadable: Bool {
    geteuid() == 0
      || ["/var/log/journal", "/run/log/journal"].contains { folder in
        let machines = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return machines.contains { access("\(folder)/\($0)/system.journal", R_OK) == 0 }
      }
  }

  /// Returns the next entry; nil at the end for now.
  public func next() throws(Unreadable) -> LoggedEntry? {
    while true {
      let result = sd_journal_next(journal)
      guard result >= 0 else { throw Unreadable(result) }
      if result == 0 { return nil }
      if let entry = LoggedEntry(journal: fields()) { return entry }
    }
  }

  /// Waits until there may be more entries, for a second at most.
  public func wait() { _ = sd_journal_wait(journal, 1_000_000) }

  private func fields() -> [String: [String]] {
    var fields: [String: [String]] = [:]
    var data: UnsafeRawPointer?
    var length = 0
    sd_journal_restart_data(journal)
    while sd_journal_enumerate_data(journal, &data, &length) > 0, let start = data {
      let field = UnsafeRawBufferPointer(start: start, count: length)
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: field[..<equals], as: UTF8.self)
      fields[name, default: []].append(String(decoding: field[(equals + 1)...], as: UTF8.self))
    }
    return fields
  }
}
