import Bytes
import Importing
import Sending
import Spooling
import Webhooks

/// Inserts tasks into a table, several in one transaction.
struct PostgreSQLWork: ConnectingWork {
  private let table: PostgreSQLTable
  private let statement: String
  private let breaker: CircuitBreaker
  private let waits: Bool
  private let idle = IdleConnections<PostgreSQLConnection>()

  /// A transaction that has so many bytes takes no further task, so that a thread needs little
  /// memory whatever the tasks weigh.
  private static let mostBytes = 4 << 20

  /// Makes the work of one relay.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - waits: whether tasks wait while the database can't be used.
  ///   - tell: takes the outage when that begins, and nil when it ends.
  init(
    _ table: PostgreSQLTable, waits: Bool, tell: @escaping @Sendable (WorkStatus.Failing?) -> Void
  ) {
    self.table = table
    self.waits = waits
    statement = PostgreSQLSchema.insertion(into: table.table, notifying: table.channel != nil)
    // The first failure may be a connection that was closed while nobody used it.
    breaker = CircuitBreaker(after: 2, BackOff(first: .seconds(1), most: .seconds(30)), tell: tell)
  }

  /// Inserts all of the claims, or reports why not. Those that were inserted already stay as they
  /// are when they come again.
  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    var rest = claims[...]
    while !rest.isEmpty {
      var rows: [PostgreSQLRow] = []
      var bytes = 0
      while bytes < Self.mostBytes, let claim = rest.popFirst() {
        do throws(UnreadTask) {
          let row = try PostgreSQLRow(claim)
          bytes += row.bytes
          rows.append(row)
        } catch {
          return error.isForGood ? .never(error.reason) : .again(error.reason)
        }
      }
      let outcome = commit(rows, until: stop)
      guard outcome == .done else { return outcome }
    }
    return .done
  }

  /// Inserts no row, which takes the table and the right to insert.
  func objection(within time: Duration, until stop: StopRequest) -> String? {
    do throws(RelayError) {
      try insert([], until: stop)
      return nil
    } catch {
      return error.words(after: time)
    }
  }

  private func commit(_ rows: [PostgreSQLRow], until stop: StopRequest) -> Outcome {
    var rows = rows
    while true {
      if !waits, let outage = breaker.outage {
        return .later("not tried, since the database can't be used: \(outage.reason)")
      }
      guard breaker.pass(until: stop) else { return .released }
      do throws(RelayError) {
        try insert(rows, until: stop)
        breaker.succeeded()
        return .done
      } catch .unusable(let reason) {
        breaker.failed(reason)
      } catch .refused(let reason) {
        breaker.succeeded()
        // jsonb can't hold all that JSON can, such as \u0000. The body is there all the same.
        guard rows.count == 1, rows[0].document != nil else { return .never(reason) }
        rows[0].document = nil
      } catch {
        breaker.ended()
        return .released
      }
    }
  }

  private func insert(
    _ rows: [PostgreSQLRow], until stop: StopRequest
  ) throws(RelayError) {
    let connection = try idle.take { () throws(RelayError) in
      try PostgreSQLConnection.open(table, until: stop)
    }
    defer { if connection.isUsable { idle.put(connection) } }
    var parameters = PostgreSQLRow.arrays(of: rows)
    if let channel = table.channel { parameters.append(Array(channel.utf8)) }
    try connection.run(statement, parameters, until: stop)
  }
}

/// Why a task can't become a row.
private struct UnreadTask: Error {
  let reason: String
  /// Whether no later attempt can be better.
  let isForGood: Bool
}

/// A task as a row.
private struct PostgreSQLRow {
  private let texts: [[UInt8]?]
  private let body: [UInt8]
  /// The whole task; nil where jsonb can't hold it.
  var document: [UInt8]?

  /// What it weighs in a transaction.
  var bytes: Int { body.count + (document?.count ?? 0) }

  /// The largest body. Body and task go in one message, which PostgreSQL takes up to 1 GiB.
  private static let mostBytes = 400 << 20

  /// Reads a task.
  init(_ claim: Claim) throws(UnreadTask) {
    guard let header = claim.header else {
      throw UnreadTask(reason: "the file isn't a task document", isForGood: true)
    }
    if let bytes = header.bodyBytes, bytes > Self.mostBytes {
      throw UnreadTask(
        reason: "the body has \(bytes) bytes, and a row of PostgreSQL takes \(Self.mostBytes)",
        isForGood: true)
    }
    texts = [
      claim.place.id, header.webhook, header.incoming, header.delivery, header.senderDelivery,
      "\(header.index)", header.time, header.contentType,
    ].map { $0.map(Self.withoutNUL) }
    do throws(TaskBodyError) { body = try claim.body() } catch {
      if case .unreadable = error { throw UnreadTask(reason: "\(error)", isForGood: false) }
      throw UnreadTask(reason: "\(error)", isForGood: true)
    }
    do { document = try claim.bytes() } catch {
      throw UnreadTask(reason: "\(error)", isForGood: false)
    }
  }

  /// Returns a text as PostgreSQL takes it, which holds no NUL.
  private static func withoutNUL(_ text: String) -> [UInt8] {
    Array((text.utf8.contains(0) ? text.replacing("\0", with: "\u{fffd}") : text).utf8)
  }

  /// Returns the parameters of the insertion: an array for each column.
  static func arrays(of rows: [PostgreSQLRow]) -> [[UInt8]] {
    let columns = (0..<8).map { column in
      PostgreSQLArray(.text, rows.map { $0.texts[column] }).bytes
    }
    return columns + [
      PostgreSQLArray(.bytea, rows.map(\.body)).bytes,
      PostgreSQLArray(.jsonb, rows.map(\.document)).bytes,
    ]
  }
}
