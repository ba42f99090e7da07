import Testing

@testable import Spooling

/// A task that is set aside while a publisher works on it is counted once, however that work ends.
/// And how much a publisher takes, and when.
@Suite struct UnpublishedTests {
  private let unpublished = Unpublished(WALLayout())
  private let now = ContinuousClock.now
  private let bytes = Scenario.commit(["a"]).entries[0].size

  /// Makes two tasks of one group. A publisher has `a`, which is set aside at the same time; `b`,
  /// of another spool, waits.
  private func setAsideInHand() throws -> Unpublished.Batch {
    unpublished.begin(after: 0)
    // What came later isn't stuck yet, so that `a` alone is set aside.
    let tasks = zip(Scenario.commit(["a", "b"]).entries, [now, now + .seconds(3600)]).map {
      LoggedTask($0, sequence: 1, since: $1, .memory($0))
    }
    unpublished.assign("b", to: ObjectIdentifier(unpublished))
    unpublished.add(1, tasks)
    let inHand = try #require(unpublished.take(for: nil, now).first)
    #expect(inHand.spool == "a")
    let aside = try #require(
      unpublished.beginSettingAside(isScarce: false, isLast: false, now + .seconds(60)))
    #expect(aside.spool == "a")
    _ = unpublished.endSettingAside(aside, isDone: true)
    return inHand
  }

  private func expectOneAside() {
    #expect(unpublished.depth(of: "a") == SpoolDepth(tasks: 1, bytes: bytes))
    #expect(unpublished.published == 0, "b is not published")
  }

  @Test func `while it is in hand`() throws {
    _ = try setAsideInHand()
    expectOneAside()
    #expect(unpublished.waiting(now, .init())["a"]?.tasks == 1)
    #expect(unpublished.waiting(now, .init())["a"]?.bytes == bytes)
  }

  @Test func `once it is given back`() throws {
    unpublished.giveBack(try setAsideInHand())
    expectOneAside()
    #expect(unpublished.take(for: nil, now).isEmpty, "the log's copy is not published as well")
  }

  @Test func `once it has failed`() throws {
    unpublished.fail(
      try setAsideInHand(), .unavailable(spool: "a", reason: ""), isHalfWay: true, now)
    expectOneAside()
  }

  @Test func `what waits for a publisher that gets on is not stuck; what fails is`() throws {
    let later = now + .seconds(3600)
    let entry = Scenario.commit(["a"]).entries[0]
    unpublished.add(1, [LoggedTask(entry, sequence: 1, since: now, .memory(entry))])
    func isSetAside(at time: ContinuousClock.Instant) -> Bool {
      guard let batch = unpublished.beginSettingAside(isScarce: true, isLast: false, time) else {
        return false
      }
      _ = unpublished.endSettingAside(batch, isDone: false)
      return true
    }
    #expect(isSetAside(at: later))
    unpublished.noteStep(of: nil)
    #expect(!isSetAside(at: .now + .seconds(1)))
    #expect(isSetAside(at: later), "its last step was an hour ago")
    let batch = try #require(unpublished.take(for: nil, later).first)
    unpublished.fail(batch, .unavailable(spool: "a", reason: ""), isHalfWay: false, now)
    #expect(isSetAside(at: now + .seconds(4)), "it fails")
  }

  @Test func `once it is published, it need not be aside`() throws {
    let left = unpublished.end(try setAsideInHand())
    #expect(left.map(\.spool) == ["a"])
    unpublished.forget(aside: left.map { ($0.name, $0.size) }, of: "a")
    #expect(unpublished.depth(of: "a") == SpoolDepth())
    #expect(unpublished.published == 0, "b is not published")
  }

  // MARK: - Portions

  /// Adds as many tasks of each spool as the spool's name says.
  private func add(_ counts: [SpoolID: Int], to unpublished: Unpublished) {
    for (number, one) in counts.enumerated() {
      let tasks = Scenario.commit(Array(repeating: one.key, count: one.value)).entries.map {
        LoggedTask($0, sequence: UInt64(number + 1), since: now, .memory($0))
      }
      unpublished.add(UInt64(number + 1), tasks)
    }
  }

  @Test func `each spool has its part of a portion, and what others leave of theirs`() {
    let unpublished = Unpublished(WALLayout(mostPublished: 12))
    add(["a": 20, "b": 20, "c": 2], to: unpublished)
    let taken = unpublished.take(for: nil, now)
    #expect(taken.map(\.spool).first == "c")
    #expect(taken.map(\.tasks.count) == [2, 5, 5])
  }

  @Test func `while commits wait, portions are small, and there is no pause between them`() {
    let unpublished = Unpublished(WALLayout(mostPublished: 12, mostUrgent: 3))
    add(["a": 20], to: unpublished)
    #expect(unpublished.take(for: nil, isUrgent: true, now).map(\.tasks.count) == [3])
    #expect(!unpublished.work(for: nil, now).isUrgent)
    var layout = WALLayout()
    // The share is less than the tasks have.
    layout.segmentBytes = WALLayout.block
    layout.mostSegments = 1
    let full = Unpublished(layout)
    add(["a": 200], to: full)
    #expect(full.work(for: nil, now).isUrgent)
    let batch = full.take(for: nil, now)[0]
    #expect(!full.work(for: nil, now).isUrgent, "all of it is in hand")
    full.fail(batch, .unavailable(spool: "a", reason: ""), isHalfWay: false, now)
    #expect(!full.work(for: nil, now).isUrgent, "it pauses")
  }

  @Test func `after a failure it pauses, longer each time, and up to the longest pause`() throws {
    let unpublished = Unpublished(WALLayout(firstPause: .seconds(1), longestPause: .seconds(10)))
    add(["a": 1], to: unpublished)
    var time = now
    for pause in [1, 2, 4, 8, 10, 10] {
      let batch = try #require(unpublished.take(for: nil, time).first)
      unpublished.fail(batch, .unavailable(spool: "a", reason: ""), isHalfWay: false, time)
      let end = time + .seconds(pause)
      #expect(unpublished.work(for: nil, time).next == end)
      #expect(unpublished.take(for: nil, end - .nanoseconds(1)).isEmpty)
      time = end
    }
    unpublished.endPause(of: "a")
    #expect(unpublished.take(for: nil, time).count == 1)
  }

  @Test func `so much is kept in memory, and no more until some of it is published`() throws {
    let unpublished = Unpublished(WALLayout(mostMemory: 10 * bytes))
    add(["a": 8], to: unpublished)
    #expect(unpublished.hasMemory(for: 2 * bytes) && !unpublished.hasMemory(for: 3 * bytes))
    let batch = try #require(unpublished.take(for: nil, now).first)
    #expect(!unpublished.hasMemory(for: 3 * bytes), "the publisher has it")
    _ = unpublished.end(batch)
    #expect(unpublished.hasMemory(for: 10 * bytes))
  }
}
