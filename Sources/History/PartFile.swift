import Bytes
import CLinux
import Glibc

/// A part that is open. One thread at a time uses it.
final class PartFile {
  let part: Part
  let database: SQLite
  private let insertion: Statement?
  private let pages: Statement

  /// The size of a page in bytes: a delivery of 2 KiB with its headers fits into one.
  private static let pageBytes = 8192

  /// Makes a part's file, of mode 0600.
  ///
  /// The file gets its name once its table is on the disk: a crash leaves no part without a table,
  /// which nothing could be written to.
  static func make(_ part: Part) throws(HistoryError) -> PartFile {
    let begun = "\(part.folder)/.begun"
    for ending in ["", "-journal"] { unlink(begun + ending) }
    let file = open(begun, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw HistoryError("\(part.path) can't be made: \(SystemWords.text(of: errno))")
    }
    close(file)
    do throws(SQLiteError) {
      try SQLite(begun, .write).run(
        "PRAGMA page_size=\(pageBytes); PRAGMA synchronous=FULL; BEGIN; \(Row.table)"
          + "\(Row.indexes) COMMIT")
    } catch {
      unlink(begun)
      throw HistoryError("\(part.path) can't be made: \(error)")
    }
    guard linux_rename_without_replacing(AT_FDCWD, begun, AT_FDCWD, part.path) == 0 else {
      throw HistoryError("\(part.path) can't be made: \(SystemWords.text(of: errno))")
    }
    do throws(SQLiteError) { return try PartFile(continuing: part) } catch {
      throw HistoryError("\(part.path) can't be opened: \(error)")
    }
  }

  /// Opens a part's file to write more.
  init(continuing part: Part) throws(SQLiteError) {
    self.part = part
    database = try SQLite(part.path, .write)
    try database.run(Self.settings)
    insertion = try database.prepare(Row.insertion)
    pages = try database.prepare("PRAGMA page_count")
  }

  /// Opens a part to read it. A part that was packed since it was listed is opened as such.
  init(reading part: Part) throws(SQLiteError) {
    var opened = part
    do throws(SQLiteError) {
      database = try SQLite(part.path, .read)
    } catch {
      guard error.cantOpen, !part.isPacked else { throw error }
      opened = part.asPacked
      database = try SQLite(opened.path, .read)
    }
    self.part = opened
    insertion = nil
    pages = try database.prepare("PRAGMA page_count")
  }

  /// Readers don't wait for the writer, and the other way round. SQLite flushes at a checkpoint
  /// alone; the writer flushes what it wrote once a second.
  private static let settings = """
    PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;
    PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=16777216;
    """

  /// The highest number of an entry; 0 without any.
  func lastNumber() throws(SQLiteError) -> Int {
    try database.number("SELECT max(number) FROM delivery")
  }

  /// When the delivery of its last entry arrived, in microseconds since 1970; nil without an entry,
  /// and if it can't be read.
  func lastArrival() -> Int? {
    guard
      let last = try? database.prepare("SELECT id FROM delivery ORDER BY number DESC LIMIT 1"),
      (try? last.next()) == true
    else { return nil }
    return DeliveryKey(last.bytes(0)).map { Int($0.high >> 16) * 1000 }
  }

  /// The bytes of the file, once all is written back.
  func bytes() throws(SQLiteError) -> Int {
    try pages.bind([])
    defer { pages.reset() }
    return try pages.next() ? pages.number(0) * Self.pageBytes : 0
  }

  /// Writes entries, all or none.
  func write(_ rows: [(number: Int, row: KeptRow)]) throws(SQLiteError) {
    guard let insertion else { return }
    try database.run("BEGIN IMMEDIATE")
    do throws(SQLiteError) {
      for (number, row) in rows { try insertion.run(Row.values(number, row)) }
      try database.run("COMMIT")
    } catch {
      try? database.run("ROLLBACK")
      throw error
    }
  }
}

/// The table of a part.
enum Row {
  static let table = """
    CREATE TABLE delivery(
      number INTEGER PRIMARY KEY, id BLOB NOT NULL, outcome TEXT NOT NULL, status INTEGER NOT NULL,
      check_name TEXT, sender_id TEXT, trace BLOB NOT NULL, remote TEXT NOT NULL,
      facts_bytes INTEGER NOT NULL, info_bytes INTEGER NOT NULL, info BLOB NOT NULL,
      body_bytes INTEGER, body BLOB);
    """
  static let indexes = """
    CREATE UNIQUE INDEX by_id ON delivery(id);
    CREATE INDEX by_sender_id ON delivery(sender_id) WHERE sender_id IS NOT NULL;
    """
  /// What a packed part has besides. Rows are rare of most outcomes and statuses, and the indexes
  /// are small.
  static let packedIndexes = """
    CREATE INDEX by_outcome ON delivery(outcome, number);
    CREATE INDEX by_status ON delivery(status, number);
    CREATE INDEX by_trace ON delivery(trace);
    """
  /// The index of words: of each row the words alone, neither their places nor the text.
  static let words = """
    CREATE VIRTUAL TABLE words USING fts5(
      text, content='', detail=none, columnsize=0, tokenize='ascii');
    """
  static let insertion = "INSERT INTO delivery VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"
  static let columns =
    "number, id, outcome, status, check_name, sender_id, trace, remote, facts_bytes, info_bytes, "
    + "info, body_bytes, body"

  static func values(_ number: Int, _ row: KeptRow, isPacked: Bool = false) -> [Statement.Value] {
    let info = row.facts + row.head
    return [
      .number(number), .bytes(row.key.bytes), .text(row.outcome), .number(row.status),
      row.check.map { .text($0) } ?? .null, row.senderID.map { .text($0) } ?? .null,
      .bytes(row.trace.bytes), .text(row.remote), .number(row.facts.count), .number(info.count),
      .bytes(isPacked ? Packing.compress(info) : info),
      row.body.map { .number($0.count) } ?? .null,
      row.body.map { .bytes(isPacked ? Packing.compress($0) : $0) } ?? .null,
    ]
  }

  /// Returns the row that a statement over `columns` stands at as it is stored.
  static func stored(_ statement: Statement) -> [Statement.Value] {
    func text(_ column: Int32) -> Statement.Value {
      statement.text(column).map { .text($0) } ?? .null
    }
    let hasBody = statement.text(11) != nil
    return [
      .number(statement.number(0)), .bytes(statement.bytes(1)), text(2),
      .number(statement.number(3)), text(4), text(5), .bytes(statement.bytes(6)), text(7),
      .number(statement.number(8)), .number(statement.number(9)), .bytes(statement.bytes(10)),
      hasBody ? .number(statement.number(11)) : .null,
      hasBody ? .bytes(statement.bytes(12)) : .null,
    ]
  }

  /// Reads the row that a statement over `columns` stands at.
  ///
  /// - Throws: if it can't be read, as in a damaged file.
  static func read(_ statement: Statement) throws(UnreadableEntry) -> (number: Int, row: KeptRow) {
    let isKept = statement.text(11) != nil
    guard let key = DeliveryKey(statement.bytes(1)), let trace = TraceID(statement.bytes(6)),
      let info = Packing.expand(statement.bytes(10), to: statement.number(9)),
      0...info.count ~= statement.number(8),
      let body = isKept ? Packing.expand(statement.bytes(12), to: statement.number(11)) : []
    else { throw UnreadableEntry() }
    return (
      statement.number(0),
      KeptRow(
        key: key, outcome: statement.text(2) ?? "", status: statement.number(3),
        check: statement.text(4), senderID: statement.text(5), trace: trace,
        remote: statement.text(7) ?? "", facts: Array(info[..<statement.number(8)]),
        head: Array(info[statement.number(8)...]),
        body: isKept ? body : nil)
    )
  }
}

/// An entry that can't be read, as in a damaged file.
struct UnreadableEntry: Error, CustomStringConvertible {
  var description: String { "an entry can't be read" }
}
