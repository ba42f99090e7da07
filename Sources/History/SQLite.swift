import Bytes
import CSQLite

/// A connection to an SQLite file, for one thread at a time.
package final class SQLite {
  /// How a file is opened. A link in place of the file is an error in each case.
  package enum Access {
    case read, write
  }

  private let handle: OpaquePointer

  /// Opens a file, which has to exist. It may be empty.
  ///
  /// A call that meets a lock of another process waits for up to 5 s.
  package init(_ path: String, _ access: Access) throws(SQLiteError) {
    var handle: OpaquePointer?
    let mode = access == .read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
    let code = sqlite3_open_v2(
      path, &handle, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nil)
    guard code == SQLITE_OK, let handle else {
      let error = SQLiteError(code, handle)
      sqlite3_close_v2(handle)
      throw error
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, 5000)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements that return nothing of interest.
  package func run(_ statements: String) throws(SQLiteError) {
    let code = sqlite3_exec(handle, statements, nil, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteError(code, handle) }
  }

  /// Prepares one statement.
  package func prepare(_ text: String) throws(SQLiteError) -> Statement {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, text, -1, &statement, nil)
    guard code == SQLITE_OK, let statement else { throw SQLiteError(code, handle) }
    return Statement(statement, of: self)
  }

  /// Returns the first number that a statement yields; 0 without any.
  package func number(_ text: String) throws(SQLiteError) -> Int {
    let statement = try prepare(text)
    return try statement.next() ? statement.number(0) : 0
  }

  fileprivate func error(_ code: Int32) -> SQLiteError { SQLiteError(code, handle) }
}

/// A prepared statement. It keeps its connection open.
package final class Statement {
  /// A value to bind.
  package enum Value {
    case null
    case number(Int)
    case text(String)
    /// Text that may not be UTF-8.
    case characters([UInt8])
    case bytes([UInt8])
  }

  private let handle: OpaquePointer
  private let database: SQLite

  fileprivate init(_ handle: OpaquePointer, of database: SQLite) {
    self.handle = handle
    self.database = database
  }

  deinit { sqlite3_finalize(handle) }

  /// Binds these values, from the first place on.
  package func bind(_ values: [Value]) throws(SQLiteError) {
    sqlite3_reset(handle)
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let code =
        switch value {
        case .null: sqlite3_bind_null(handle, place)
        case .number(let number): sqlite3_bind_int64(handle, place, Int64(number))
        case .text(let text): Self.bind(Array(text.utf8), handle, place, sqlite_bind_characters)
        case .characters(let text): Self.bind(text, handle, place, sqlite_bind_characters)
        case .bytes(let bytes): Self.bind(bytes, handle, place, sqlite_bind_bytes)
        }
      guard code == SQLITE_OK else { throw database.error(code) }
    }
  }

  private static func bind(
    _ bytes: [UInt8], _ handle: OpaquePointer, _ place: Int32,
    _ bind: (OpaquePointer, Int32, UnsafeRawPointer?, Int32) -> Int32
  ) -> Int32 {
    guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
    // Without an address, SQLite would take an empty value for none.
    return bytes.withUnsafeBytes { buffer in
      withUnsafeBytes(of: 0) { bind(handle, place, buffer.baseAddress ?? $0.baseAddress, count) }
    }
  }

  /// Binds values and runs to the end.
  package func run(_ values: [Value]) throws(SQLiteError) {
    try bind(values)
    while try next() {}
    sqlite3_reset(handle)
  }

  /// Steps to the next row; false at the end.
  package func next() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let error = database.error(code)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Ends the reading, so that the file isn't held any longer.
  package func reset() { sqlite3_reset(handle) }

  /// Returns a number, clamped to `0...Int.mostBelieved`: a damaged file may hold any.
  package func number(_ column: Int32) -> Int {
    min(max(0, Int(sqlite3_column_int64(handle, column))), .mostBelieved)
  }

  package func bytes(_ column: Int32) -> [UInt8] {
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) } ?? []
  }

  package func text(_ column: Int32) -> String? {
    guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
    return String(decoding: bytes(column), as: UTF8.self)
  }
}

/// The failure of a call of SQLite.
package struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The primary result code.
  package let code: Int32
  /// The failure in SQLite's words.
  package let description: String

  fileprivate init(_ code: Int32, _ handle: OpaquePointer?) {
    self.code = code & 0xff
    let number = handle.map { sqlite3_system_errno($0) } ?? 0
    let words = String(cString: handle.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(code))
    description = number == 0 ? words : "\(words): \(SystemWords.text(of: number))"
  }

  /// Whether the file's content is damaged, or isn't SQLite's, or has other tables. SQLite knows a
  /// missing table by its general error alone.
  package var isDamage: Bool {
    [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_ERROR].contains(code)
  }
  /// Whether the file can't be opened, as when it is gone.
  package var cantOpen: Bool { code == SQLITE_CANTOPEN }
}
