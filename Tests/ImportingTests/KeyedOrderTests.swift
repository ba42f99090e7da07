import Bytes
import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Importing

/// Tasks in the order of their keys. The key of a task is the first letter of its body.
@Suite struct KeyedOrderTests {
  private static func key(_ file: [UInt8]) -> [UInt8] {
    guard let body = file.firstRange(of: Array(#""body":""#.utf8)) else { return [] }
    return [file[body.upperBound]]
  }

  private func settings(jobs: Int, maxAttempts: Int = 10) -> DrainSettings {
    DrainSettings(
      jobs: jobs, maxAttempts: maxAttempts, backOff: BackOff(first: .zero), key: Self.key,
      lookEvery: .milliseconds(1))
  }

  private func drain(
    _ site: ImporterSite, _ work: any Work, _ settings: DrainSettings, stop: StopRequest? = nil
  ) throws -> DrainReport {
    Drain(
      try site.spool(), settings, work: work, stop: try stop ?? StopRequest(), note: { _ in }
    ).run()
  }

  /// Work that watches which keys are worked on at the same time.
  private final class WatchingWork: Work {
    struct State {
      var now: [Character: Int] = [:]
      var mostOfOneKey = 0
      var mostKeys = 0
      var seen: [String] = []
    }
    let state = Mutex(State())
    let outcome: @Sendable (String) -> Outcome

    init(_ outcome: @escaping @Sendable (String) -> Outcome = { _ in .done }) {
      self.outcome = outcome
    }

    func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
      let body = String(decoding: (try? claims[0].body()) ?? [], as: UTF8.self)
      guard let key = body.first else { return .never("no body") }
      state.withLock { state in
        state.now[key, default: 0] += 1
        state.seen.append(body)
        state.mostOfOneKey = max(state.mostOfOneKey, state.now[key] ?? 0)
        state.mostKeys = max(state.mostKeys, state.now.values.count { $0 > 0 })
      }
      usleep(500)
      state.withLock { $0.now[key]? -= 1 }
      return outcome(body)
    }
  }

  @Test func `those of one key come one at a time and in order, and those of others beside them`()
    throws
  {
    try ImporterSite.open { site in
      for number in 100...199 {
        for key in ["a", "b", "c"] { try site.add("\(key)\(number)", type: "text/plain") }
      }
      let work = WatchingWork()
      #expect(try drain(site, work, settings(jobs: 8)).done == 300)
      let state = work.state.withLock { $0 }
      #expect(state.mostOfOneKey == 1)
      #expect(state.mostKeys > 1)
      for key in ["a", "b", "c"] {
        #expect(state.seen.filter { $0.hasPrefix(key) } == (100...199).map { "\(key)\($0)" })
      }
    }
  }

  @Test func `a failure holds up its own key alone, until it is done or given up`() throws {
    try ImporterSite.open { site in
      for body in ["a1", "a2", "b1", "a3", "b2"] { try site.add(body, type: "text/plain") }
      let tries = Mutex(0)
      let work = WatchingWork { body in
        guard body == "a1" else { return .done }
        return tries.withLock { tries in
          tries += 1
          return tries < 3 ? .again("not yet") : .done
        }
      }
      var settings = settings(jobs: 2)
      settings.follows = true
      let stop = try StopRequest()
      let ending = Thread {
        while work.state.withLock({ $0.seen.count }) < 7 { usleep(2000) }
        stop.request(by: .now + .seconds(60))
      }
      ending.start()
      #expect(try drain(site, work, settings, stop: stop).done == 5)
      let seen = work.state.withLock { $0.seen }
      #expect(seen.filter { $0.hasPrefix("a") } == ["a1", "a1", "a1", "a2", "a3"])
      #expect(seen.filter { $0.hasPrefix("b") } == ["b1", "b2"])

      for body in ["a4", "a5"] { try site.add(body, type: "text/plain") }
      let giving = WatchingWork { $0 == "a4" ? .never("no") : .done }
      let report = try drain(site, giving, self.settings(jobs: 2))
      #expect((report.done, report.failed) == (1, 1))
      #expect(giving.state.withLock { $0.seen } == ["a4", "a5"])
    }
  }

  @Test func `a task that an earlier run deferred holds up its key from the start`() throws {
    try ImporterSite.open { site in
      let first = try site.add("a1", type: "text/plain")
      for body in ["a2", "b1"] { try site.add(body, type: "text/plain") }
      let later = RetryRecord(attempts: 1, due: Date() + 3600, reason: "x")
      try site.spool().hold(TaskPlace(.new, "\(first).json"))?.postpone(later)
      let work = WatchingWork()
      #expect(try drain(site, work, settings(jobs: 4)).done == 1)
      #expect(work.state.withLock { $0.seen } == ["b1"])
      // Once it is gone, the others of its key go on.
      #expect(try site.spool().purge(TaskPlace(.retry, "\(first).json")))
      #expect(try drain(site, work, settings(jobs: 4)).done == 1)
      #expect(work.state.withLock { $0.seen } == ["b1", "a2"])
    }
  }

  @Test func `a task that others have claimed holds up its key, and goes first once it is back`()
    throws
  {
    try ImporterSite.open { site in
      let ids = try ["a1", "a2", "b1"].map { try site.add($0, type: "text/plain") }
      let places = ids.map { TaskPlace(.new, "\($0).json") }
      let order = KeyedOrder(try site.spool(), key: Self.key)
      let claim = try #require(try site.spool().claim(places[0]))
      try order.refresh()
      #expect(order.take(places[1]) == nil)
      let other = try #require(order.take(places[2]))
      // What this drain itself has claimed is in cur/, too. It holds up nobody once it has ended.
      let own = try #require(try site.spool().claim(places[2]))
      try order.refresh()
      order.ended(places[2], other, isDeferred: false)
      try own.release()
      #expect(order.take(places[2]) != nil)

      try claim.release()
      try order.refresh()
      let first = try #require(order.next())
      #expect(first.place == places[0])
      #expect(order.next() == nil)
      order.ended(first.place, first.key, isDeferred: false)
      #expect(order.next()?.place == places[1])
    }
  }

  @Test func `a drain that keeps an order works alone, and others on what it leaves`() throws {
    try ImporterSite.open { site in
      for body in ["a1", "b1"] { try site.add(body, type: "text/plain") }
      let work = WatchingWork()
      for isOrdered in [true, false] {
        let lock = try site.spool().lockForDrain(alone: !isOrdered)
        #expect(lock != nil)
        var settings = settings(jobs: 1)
        if !isOrdered { settings.key = nil }
        let report = try drain(site, work, settings)
        #expect(report.isHeldUp)
        #expect(report.attempts == 0)
        withExtendedLifetime(lock) {}
      }
      // Without an order, there may be many.
      let lock = try site.spool().lockForDrain(alone: false)
      var settings = settings(jobs: 1)
      settings.key = nil
      #expect(try drain(site, work, settings).done == 2)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `a drain that follows waits for the end of another that keeps an order`() throws {
    try ImporterSite.open { site in
      try site.add("a1", type: "text/plain")
      let stop = try StopRequest()
      let work = WatchingWork { _ in
        stop.request(by: .now + .seconds(60))
        return .done
      }
      var settings = settings(jobs: 1)
      settings.follows = true
      let lock = Mutex(try site.spool().lockForDrain(alone: true))
      let waiting = Mutex(0)
      let ended = DispatchSemaphore(value: 0)
      let drain = Drain(
        try site.spool(), settings, work: work, stop: stop,
        note: { if $0.contains("waiting for its end") { waiting.withLock { $0 += 1 } } })
      Thread {
        #expect(drain.run().done == 1)
        ended.signal()
      }.start()
      while waiting.withLock({ $0 }) == 0 { usleep(1000) }
      #expect(work.state.withLock { $0.seen.isEmpty })
      lock.withLock { $0 = nil }
      ended.wait()
      #expect(waiting.withLock { $0 } == 1)
    }
  }

  @Test func `a purged task stops holding up its key while the drain runs`() throws {
    try ImporterSite.open { site in
      let first = try site.add("a1", type: "text/plain")
      try site.add("a2", type: "text/plain")
      let order = KeyedOrder(try site.spool(), key: Self.key)
      let later = RetryRecord(attempts: 1, due: Date() + 3600, reason: "x")
      try site.spool().hold(TaskPlace(.new, "\(first).json"))?.postpone(later)
      try order.refresh()
      let second = try #require(try site.spool().places(in: .new).first)
      #expect(order.take(second) == nil)
      #expect(order.isParked(second.name))
      #expect(order.next() == nil)
      #expect(try site.spool().purge(TaskPlace(.retry, "\(first).json")))
      try order.refresh()
      #expect(order.next()?.place == second)
      #expect(!order.isParked(second.name))
    }
  }
}
