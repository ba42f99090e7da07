import Bytes
import CPostgreSQL
import Glibc
import Importing
import Webhooks

/// One connection to a database.
///
/// Sendable without the compiler's check: the pointer never changes, and one thread at a time has
/// the connection, as libpq demands.
final class PostgreSQLConnection: @unchecked Sendable {
  private let connection: OpaquePointer
  private let timeout: Duration

  /// Connects to the first of the hosts that can be written to.
  ///
  /// - Returns: the connection.
  /// - Throws: `unusable` with the reason of each host, or `stopped`.
  static func open(
    _ table: PostgreSQLTable, until stop: StopRequest
  ) throws(RelayError) -> PostgreSQLConnection {
    var reasons: [String] = []
    // One by one: libpq doesn't watch over the time where a caller doesn't want to block.
    for host in table.hosts {
      do throws(RelayError) {
        let connection = try PostgreSQLConnection(table, host)
        try connection.connect(to: host, until: stop)
        return connection
      } catch {
        guard case .unusable(let reason) = error else { throw error }
        reasons.append(reason)
      }
    }
    throw .unusable(reasons.joined(separator: "; "))
  }

  /// Begins to connect.
  private init(
    _ table: PostgreSQLTable, _ host: RelayHost
  ) throws(RelayError) {
    timeout = table.timeout
    let options = Self.options(table, host)
    let names = options.map { strdup($0.name) } + [nil]
    let values = options.map { strdup($0.value) } + [nil]
    defer {
      for text in names + values {
        // The password stood there.
        if let text { memset(text, 0, strlen(text)) }
        free(text)
      }
    }
    let made = names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
      values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
        PQconnectStartParams(names.baseAddress, values.baseAddress, 0)
      }
    }
    guard let made else { throw .unusable("libpq has no memory") }
    connection = made
  }

  deinit { PQfinish(connection) }

  private static func options(
    _ table: PostgreSQLTable, _ host: RelayHost
  ) -> [(name: String, value: String)] {
    let milliseconds = Int(table.timeout / .milliseconds(1))
    var options = [
      ("host", host.name), ("port", "\(host.port ?? 5432)"), ("dbname", table.database),
      ("user", table.user), ("application_name", "levelwind-relay"),
      ("target_session_attrs", "read-write"), ("client_encoding", "UTF8"),
      ("gssencmode", "disable"), ("tcp_user_timeout", "\(milliseconds)"),
      // A statement that waits for a lock ends at the server, too: otherwise each attempt would
      // leave one more there.
      ("options", "-c statement_timeout=\(milliseconds)"),
    ]
    if let password = table.password {
      options.append(("password", String(decoding: password.toBeSent, as: UTF8.self)))
    }
    switch table.security {
    case .verify where !host.isSocket:
      options.append(("sslmode", "verify-full"))
      options.append(("sslrootcert", table.authorities ?? "/etc/ssl/certs/ca-certificates.crt"))
    case .verify, .off: options.append(("sslmode", "disable"))
    }
    return options
  }

  private func connect(
    to host: RelayHost, until stop: StopRequest
  ) throws(RelayError) {
    let end = ContinuousClock.now + timeout
    // What fails at once has no descriptor to wait for.
    var state =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    while true {
      switch state {
      case PGRES_POLLING_OK:
        guard PQsetnonblocking(connection, 1) == 0 else { throw .unusable(words) }
        return
      case PGRES_POLLING_FAILED: throw .unusable(words)
      case PGRES_POLLING_READING: try wait(for: POLLIN, until: stop, by: end, host.description)
      default: try wait(for: POLLOUT, until: stop, by: end, host.description)
      }
      state = PQconnectPoll(connection)
    }
  }

  /// Runs a statement, which is a transaction of its own.
  ///
  /// - Parameters:
  ///   - statement: SQL with parameters `$1`, `$2`, …
  ///   - parameters: the parameters in PostgreSQL's binary format.
  ///   - stop: ends the wait at its deadline. Then the outcome isn't known.
  /// - Throws: the reason why it was not done, or may not have been.
  func run(
    _ statement: String, _ parameters: [[UInt8]], until stop: StopRequest
  ) throws(RelayError) {
    let lengths = parameters.map { Int32(clamping: $0.count) }
    let formats = [Int32](repeating: 1, count: parameters.count)
    let sent = Self.withPointers(parameters) { values in
      PQsendQueryParams(
        connection, statement, Int32(parameters.count), nil, values, lengths, formats, 0)
    }
    guard sent == 1 else { throw .unusable(words) }
    // The server gives up first.
    let end = ContinuousClock.now + timeout + .seconds(5)
    while true {
      let unsent = PQflush(connection)
      guard unsent >= 0 else { throw .unusable(words) }
      if unsent == 0 { break }
      // What the server says has to be read, too, or it takes no more.
      try wait(for: POLLIN | POLLOUT, until: stop, by: end, "the database")
      guard PQconsumeInput(connection) == 1 else { throw .unusable(words) }
    }
    while PQisBusy(connection) == 1 {
      try wait(for: POLLIN, until: stop, by: end, "the database")
      guard PQconsumeInput(connection) == 1 else { throw .unusable(words) }
    }
    var failure: RelayError?
    while let result = PQgetResult(connection) {
      failure = failure ?? Self.failure(of: result, words)
      PQclear(result)
    }
    if let failure { throw failure }
  }

  /// libpq's words for the last failure, on one line.
  private var words: String {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    let lines = text.split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty }
    return lines.isEmpty ? "the connection was lost" : lines.joined(separator: "; ")
  }

  /// Whether it can be used for another statement.
  var isUsable: Bool {
    PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) == PQTRANS_IDLE
  }

  private static func failure(of result: OpaquePointer, _ words: String) -> RelayError? {
    let status = PQresultStatus(result)
    if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return nil }
    let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
    // Data exceptions and violated constraints (PostgreSQL's appendix A): the task is to blame.
    // A program limit (54) is a task that is too large.
    let isData = ["22", "23", "54"].contains { state?.hasPrefix($0) ?? false }
    return isData ? .refused(words) : .unusable(words)
  }

  private func wait(
    for events: Int32, until stop: StopRequest, by end: ContinuousClock.Instant, _ who: String
  ) throws(RelayError) {
    while true {
      if let deadline = stop.deadline, .now >= deadline { throw .stopped }
      guard .now < end else { throw .unusable("no answer of \(who) within \(timeout)") }
      let look = min(end, .now + .milliseconds(200))
      if PQsocket(connection).isReady(for: events, until: look) { return }
    }
  }

  private static func withPointers<Result>(
    _ arrays: [[UInt8]], _ body: ([UnsafePointer<CChar>?]) -> Result
  ) -> Result {
    // A byte behind them, so that the address of an empty array isn't nil, which means NULL.
    var all: [UInt8] = []
    all.reserveCapacity(arrays.reduce(1) { $0 + $1.count })
    for array in arrays { all += array }
    all.append(0)
    return all.withUnsafeBytes { bytes in
      var offset = 0
      let pointers = arrays.map { array -> UnsafePointer<CChar>? in
        defer { offset += array.count }
        return bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
      }
      return body(pointers)
    }
  }
}

/// An array of values in PostgreSQL's binary format: dimensions, flag for NULLs, element type;
/// length and lower bound; then each element with its length, -1 for NULL.
struct PostgreSQLArray {
  /// The types that elements may have, by their object ids (pg_type).
  enum Element: UInt32 {
    case bytea = 17
    case text = 25
    case jsonb = 3802
  }
  private(set) var bytes: [UInt8] = []

  /// - Parameters:
  ///   - type: the type of the elements.
  ///   - elements: nil for NULL; JSON text for jsonb.
  init(_ type: Element, _ elements: [[UInt8]?]) {
    // The version of jsonb's binary format, in front of the text.
    let prefix: [UInt8] = type == .jsonb ? [1] : []
    bytes.reserveCapacity(elements.reduce(20) { $0 + 5 + ($1?.count ?? 0) })
    append(1)
    append(elements.contains { $0 == nil } ? 1 : 0)
    append(type.rawValue)
    append(UInt32(clamping: elements.count))
    append(1)
    for element in elements {
      guard let element else {
        append(UInt32.max)
        continue
      }
      append(UInt32(clamping: prefix.count + element.count))
      bytes += prefix
      bytes += element
    }
  }

  private mutating func append(_ number: UInt32) {
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
