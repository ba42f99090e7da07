import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// The tasks that an operator's options select.
@Suite struct TaskSelectionTests {
  let site: ImporterSpool
  var spool: TaskSpool { site.spool }
  /// An hour after all tasks arrived.
  let now = Date(timeIntervalSince1970: 1_795_459_746.732 + 3600.5)

  init() throws { site = try ImporterSpool() }

  /// Makes a task in each state.
  private func fill() throws {
    let names = try (1...5).map { try site.add($0) }
    _ = try spool.claim(TaskPlace(.new, names[1]))
    try claim(names[2]).postpone(RetryRecord(attempts: 2, due: now, reason: "exit status 75"))
    try claim(names[3]).giveUp("exit status 1, after 10 attempts\nno such item")
    try claim(names[4]).finish(keepingUnder: DoneDay(now))
  }

  private func claim(_ name: String) throws -> Claim {
    try #require(try spool.claim(TaskPlace(.new, name)))
  }

  private func selected(
    _ filter: TaskFilter = TaskFilter(), limit: Int? = nil
  ) throws -> [TaskState] {
    try spool.select(filter, now: now, limit: limit).map(\.state)
  }

  @Test func `all states are listed in order of arrival, and a limit takes the first`() throws {
    try fill()
    #expect(try selected() == [.new, .cur, .retry, .failed, .done])
    #expect(try selected(limit: 2) == [.new, .cur])
    #expect(try selected(TaskFilter(states: [.failed, .cur])) == [.cur, .failed])
    #expect(try spool.counts(of: [.new, .done]).map(\.1) == [1, 1])
  }

  static let filters: [(name: String, set: @Sendable (inout TaskFilter) -> Void, [TaskState])] = [
    ("an hour old", { $0.olderThan = .seconds(3600) }, TaskState.allCases),
    ("older than that", { $0.olderThan = .seconds(3601) }, []),
    ("hardly older than that", { $0.newerThan = .seconds(3601) }, TaskState.allCases),
    ("younger than that", { $0.newerThan = .seconds(3600) }, []),
    ("their webhook", { $0.webhook = "erp-stock" }, TaskState.allCases),
    ("a part of its name", { $0.webhook = "erp" }, []),
    ("a sender's id", { $0.senderDelivery = "sender-3" }, [.retry]),
    ("a part of one", { $0.senderDelivery = "sender" }, []),
    ("a reason", { $0.reason = "exit status" }, [.retry, .failed]),
    ("its second line", { $0.reason = "such item" }, [.failed]),
    ("in another case", { $0.reason = "Exit" }, []),
    (
      "several at once",
      {
        $0.reason = "exit"
        $0.senderDelivery = "sender-4"
      }, [.failed]
    ),
  ]

  @Test(arguments: filters.map(\.name))
  func `a filter takes those that meet all that it says`(_ name: String) throws {
    try fill()
    let row = try #require(Self.filters.first { $0.name == name })
    var filter = TaskFilter()
    row.set(&filter)
    #expect(Set(try selected(filter)) == Set(row.2))
  }

  @Test func `a name of another hand has the age of its file`() throws {
    try site.folder.write("x", to: "stock/new/by-hand.json")
    var filter = TaskFilter()
    filter.newerThan = .seconds(600)
    #expect(try spool.select(filter, now: Date()).map(\.name) == ["by-hand.json"])
    #expect(try spool.select(filter, now: Date(timeIntervalSinceNow: 700)).isEmpty)
  }

  @Test func `names alone are read where they tell all that is asked`() throws {
    // Opening this FIFO would hang or fail.
    #expect(mkfifo("\(spool.path)/new/01a209bd-8bac-7000-8000-040000000042.json", 0o600) == 0)
    var looks = 0
    var filter = TaskFilter(states: [.new])
    filter.newerThan = .seconds(86_400)
    #expect(try spool.select(filter, now: now) { _, _ in looks += 1 }.count == 1)
    #expect(looks == 0)
    filter.webhook = "erp-stock"
    #expect(try spool.select(filter, now: now) { _, _ in looks += 1 }.isEmpty)
    #expect(looks == 1)
  }

  @Test func `an id may be cut short, and one that is whole means itself alone`() throws {
    let places = ["a", "ab", "abc", "b"].map { TaskPlace(.new, "\($0).json") }
    func found(_ text: String) -> [String] { TaskSpool.tasks(text, among: places).map(\.id) }
    #expect(found("a") == ["a"])
    #expect(found("ab") == ["ab"])
    #expect(found("abc") == ["abc"])
    #expect(found("b") == ["b"])
    #expect(found("c").isEmpty)
    let longer = places.dropFirst()
    #expect(TaskSpool.tasks("a", among: Array(longer)).map(\.id) == ["ab", "abc"])
  }

  @Test func `an arrival is read from the responder's names alone`() throws {
    let name = try site.add(7)
    #expect(TaskPlace(.new, name).arrival == Date(timeIntervalSince1970: 1_795_459_746.732))
    for other in ["x.json", ".probe", "zza209bd-8bac-7000-8000-040000000042.json", "\(name).json"] {
      #expect(TaskPlace(.new, other).arrival == nil, "\(other)")
    }
  }
}
