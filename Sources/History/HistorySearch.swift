import Bytes
import Glibc

/// What deliveries are looked for. Every condition that is set has to hold.
package struct HistoryFilter: Sendable {
  /// The first and the last moment of arrival, in milliseconds since 1970: from `since`, before
  /// `until`.
  package var since: Int?
  package var until: Int?
  /// The numbers that entries have: below `before`, and above `after`.
  package var before: Int?
  package var after: Int?
  /// The lowest and the highest id.
  package var ids: ClosedRange<DeliveryKey>?
  /// The ways to end, in a word each; empty for all.
  package var outcomes: Set<String> = []
  package var status: Int?
  package var check: String?
  package var senderID: String?
  package var trace: TraceID?
  package var remote: String?
  package var words: Words?

  package init() {}

  /// Whether every entry matches, the bounds on numbers aside.
  package var isEmpty: Bool {
    since == nil && until == nil && ids == nil && outcomes.isEmpty && status == nil && check == nil
      && senderID == nil && trace == nil && remote == nil && words == nil
  }

  /// The longest time between arrival and entry that `until` allows for, in microseconds. The
  /// longest deadline is 5 minutes. What a clock that was set back by more than this has delayed is
  /// found without `until`.
  private static let longest = 900 * 1_000_000

  /// The conditions on a row, and their values.
  fileprivate func condition(isPacked: Bool) -> (text: String, values: [Statement.Value]) {
    var parts: [String] = []
    var values: [Statement.Value] = []
    func add(_ text: String, _ value: Statement.Value) {
      parts.append(text)
      values.append(value)
    }
    if let since {
      // The number is the moment of writing, which follows the arrival.
      add("number >= ?", .number(since * 1000))
      add("id >= ?", .bytes(DeliveryKey(milliseconds: since).bytes))
    }
    if let until {
      add("number < ?", .number(until * 1000 + Self.longest))
      add("id < ?", .bytes(DeliveryKey(milliseconds: until).bytes))
    }
    if let before { add("number < ?", .number(before)) }
    if let after { add("number > ?", .number(after)) }
    if let ids {
      add("id BETWEEN ? AND ?", .bytes(ids.lowerBound.bytes))
      values.append(.bytes(ids.upperBound.bytes))
    }
    if !outcomes.isEmpty {
      let some = "outcome IN (\(outcomes.map { _ in "?" }.joined(separator: ",")))"
      // By the index of a packed part, whole rows of several outcomes would be sorted.
      parts.append(
        isPacked && outcomes.count > 1
          ? "number IN (SELECT number FROM delivery WHERE \(some))" : some)
      values += outcomes.sorted().map { .text($0) }
    }
    if let status { add("status = ?", .number(status)) }
    if let check { add("check_name = ?", .text(check)) }
    if let senderID { add("sender_id = ?", .text(senderID)) }
    if let trace { add("trace = ?", .bytes(trace.bytes)) }
    if let remote { add("remote = ?", .text(remote)) }
    return (parts.isEmpty ? "1" : parts.joined(separator: " AND "), values)
  }

  /// Whether a part can have such rows.
  fileprivate func mayBe(in part: Part) -> Bool {
    let least = [after, since.map { $0 * 1000 }, ids.map { Int($0.lowerBound.high >> 16) * 1000 }]
    return least.allSatisfy { $0.map { $0 < part.end } ?? true }
  }

  fileprivate func statement(in file: PartFile) throws(SQLiteError) -> Statement {
    let condition = condition(isPacked: file.part.isPacked)
    guard let words, file.part.isPacked else {
      let statement = try file.database.prepare(
        "SELECT \(Row.columns) FROM delivery WHERE \(condition.text) ORDER BY number DESC")
      try statement.bind(condition.values)
      return statement
    }
    let statement = try file.database.prepare(
      """
      SELECT \(Row.columns) FROM words JOIN delivery ON number = words.rowid
      WHERE words MATCH ? AND \(condition.text) ORDER BY words.rowid DESC
      """)
    try statement.bind([.text(words.expression)] + condition.values)
    return statement
  }
}

/// A search, from the newest entry to the oldest.
package final class HistorySearch {
  /// An entry that was found.
  package struct Found {
    package let webhook: String
    /// The number of the entry: the place to go on from.
    package let number: Int
    package let row: KeptRow
  }

  private struct Cursor {
    let webhook: String
    let statement: Statement
    var next: (number: Int, row: KeptRow)
  }

  private let filter: HistoryFilter
  private let deadline: ContinuousClock.Instant?
  /// The parts that aren't open yet; the one with the latest end is the last.
  private var unopened: [Part]
  private var cursors: [Cursor] = []
  /// The number of the last entry that was looked at, if the time was over.
  package private(set) var stopped: Int?
  /// The parts that couldn't be read, in words.
  package private(set) var problems: [String] = []
  /// How many entries were looked at.
  package private(set) var looked = 0
  /// Takes this number after each entry.
  package var watch: (Int) -> Void = { _ in }

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - folder: the history.
  ///   - webhooks: the webhooks to search; nil for all.
  ///   - filter: what to look for.
  ///   - time: how long to search; nil for as long as it takes.
  package init(
    _ folder: HistoryFolder, _ webhooks: [String]?, _ filter: HistoryFilter,
    within time: Duration? = nil
  ) {
    self.filter = filter
    deadline = time.map { .now + $0 }
    unopened = (webhooks ?? folder.webhooks()).flatMap { folder.parts(of: $0) }
      .filter { filter.mayBe(in: $0) }.sorted { ($0.end, $0.number) < ($1.end, $1.number) }
  }

  /// Returns the next entry, older than the last; nil at the end, or if the time is over.
  package func next() -> Found? {
    while true {
      if let deadline, looked > 0, ContinuousClock.now > deadline { return nil }
      guard let found = take() else {
        stopped = nil
        return nil
      }
      looked += 1
      watch(looked)
      stopped = found.number
      if filter.words?.match(SearchedText.of(found.row)) ?? true { return found }
    }
  }

  /// Takes the entry with the highest number of all.
  private func take() -> Found? {
    // A part's entries have numbers below its end. So those whose end is lower than the number at
    // hand can't have a higher one.
    while let part = unopened.last, cursors.allSatisfy({ $0.next.number < part.end }) {
      open(unopened.removeLast())
    }
    guard let place = cursors.indices.max(by: { cursors[$0].next.number < cursors[$1].next.number })
    else { return nil }
    let cursor = cursors[place]
    let found = Found(webhook: cursor.webhook, number: cursor.next.number, row: cursor.next.row)
    if let next = step(cursor.statement, cursor.webhook) {
      cursors[place].next = next
    } else {
      cursors.remove(at: place)
    }
    return found
  }

  private func open(_ part: Part) {
    do throws(SQLiteError) {
      let file = try PartFile(reading: part)
      let statement = try filter.statement(in: file)
      if let next = step(statement, part.webhook) {
        cursors.append(Cursor(webhook: part.webhook, statement: statement, next: next))
      }
    } catch {
      // It was removed since it was listed, or is damaged.
      if !error.cantOpen || access(part.path, F_OK) == 0 {
        problems.append("\(part.path) can't be read: \(error)")
      }
    }
  }

  private func step(_ statement: Statement, _ webhook: String) -> (number: Int, row: KeptRow)? {
    do {
      return try statement.next() ? try Row.read(statement) : nil
    } catch {
      problems.append("a part of the history of \(webhook) can't be read: \(error)")
      return nil
    }
  }
}
