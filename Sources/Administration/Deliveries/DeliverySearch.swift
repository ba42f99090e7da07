import FoundationEssentials
import History
import Spooling
import Verification
import Webhooks

/// What deliveries are looked for in the history. Every condition that is set has to hold.
public struct DeliveryQuery: Sendable {
  /// The webhooks; nil for all.
  public var webhooks: [String]?
  /// The conditions that the files of the history look up.
  package var filter = HistoryFilter()
  /// Headers with these values, names in lower case.
  public var headers: [(name: String, value: String)] = []
  /// A jq program that has to agree.
  public var condition: DeliveryCondition?

  /// Creates a query for all deliveries.
  public init() {}

  /// Whether it would find every delivery.
  public var isEmpty: Bool { filter.isEmpty && headers.isEmpty && condition == nil }

  fileprivate func matches(_ entry: HistoryEntry) -> Bool {
    guard !headers.isEmpty || condition != nil else { return true }
    guard let request = try? CapturedMessage(entry.message).request else { return false }
    let hasHeaders = headers.allSatisfy { header in
      request.headers.values(of: header.name).contains { Array($0) == Array(header.value.utf8) }
    }
    return hasHeaders && (condition?.matches(entry.factsText, request) ?? true)
  }
}

/// A search of the history, from the newest delivery to the oldest.
public final class DeliverySearch {
  private let query: DeliveryQuery
  private let search: HistorySearch

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - state: the path of the state directory.
  ///   - query: what to look for.
  ///   - time: how long to search; nil for as long as it takes.
  public init(state: String, _ query: DeliveryQuery, within time: Duration? = nil) {
    self.query = query
    search = HistorySearch(
      HistoryFolder(state: state), query.webhooks, query.filter, within: time)
  }

  /// Returns the next delivery, older than the last; nil at the end, or if the time is over.
  public func next() -> HistoryEntry? {
    while let found = search.next() {
      if let entry = HistoryEntry(found), query.matches(entry) { return entry }
    }
    return nil
  }

  /// Passes the number of deliveries that were looked at to `watch`, after each.
  public func watch(_ watch: @escaping (Int) -> Void) { search.watch = watch }

  /// The number to go on before, if the time was over.
  public var stopped: Int? { search.stopped }
  /// The files that couldn't be read, in words.
  public var problems: [String] { search.problems }
  /// How many deliveries were looked at.
  public var looked: Int { search.looked }
}

extension DeliveryQuery {
  /// Selects by an id: of a delivery, its beginning, or a task's.
  ///
  /// - Returns: false if the text can't be one.
  package mutating func select(id: String) -> Bool {
    if let exact = UUIDv7(id) {
      let delivery = exact.at(place: 0)
      let key = DeliveryKey(high: delivery.high, low: delivery.low)
      filter.ids = key...key
      return true
    }
    let digits = id.utf8.filter { $0 != UInt8(ascii: "-") }
    guard 4...32 ~= digits.count,
      let range = Self.range(String(decoding: digits, as: UTF8.self)),
      zip(id.utf8, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx".utf8).allSatisfy({
        ($0 == UInt8(ascii: "-")) == ($1 == UInt8(ascii: "-"))
      })
    else { return false }
    filter.ids = range
    return true
  }

  private static func range(_ digits: String) -> ClosedRange<DeliveryKey>? {
    func key(_ fill: Character) -> DeliveryKey? {
      let all = digits + String(repeating: fill, count: 32 - digits.count)
      guard let high = UInt64(all.prefix(16), radix: 16),
        let low = UInt64(all.suffix(16), radix: 16)
      else { return nil }
      return DeliveryKey(high: high, low: low)
    }
    guard let least = key("0"), let most = key("f") else { return nil }
    return least...most
  }

  /// Returns the only delivery that an id means: ours, its beginning, a task's, or the sender's.
  ///
  /// - Throws: `NotFound`.
  public static func only(_ id: String, state: String) throws(NotFound) -> HistoryEntry {
    var found: [HistoryEntry] = []
    var query = DeliveryQuery()
    if query.select(id: id) { found = all(query, state) }
    if found.isEmpty {
      query.filter.ids = nil
      query.filter.senderID = id
      found = all(query, state)
    }
    guard let only = found.first else { throw NotFound(id: id, found: []) }
    guard found.count == 1 else { throw NotFound(id: id, found: found.map(\.facts.id)) }
    return only
  }

  private static func all(_ query: DeliveryQuery, _ state: String) -> [HistoryEntry] {
    let search = DeliverySearch(state: state, query)
    var found: [HistoryEntry] = []
    while found.count < 10, let entry = search.next() { found.append(entry) }
    return found
  }

  /// An id that doesn't mean exactly one delivery in the history.
  public struct NotFound: Error, CustomStringConvertible {
    let id: String
    let found: [String]

    /// The reason in words.
    public var description: String {
      found.isEmpty
        ? "the history has no delivery \(id), nor one whose sender or task has this id: levelwind "
          + "delivery list shows what it has"
        : "several deliveries have the id \(id), or begin so: \(found.joined(separator: ", "))"
    }
  }
}

/// What histories there are.
public enum HistoryKept {
  /// Whether the history has anything of a webhook.
  public static func isKept(of webhook: String, state: String) -> Bool {
    !HistoryFolder(state: state).parts(of: webhook).isEmpty
  }
}
