import Foundation
import Importing
import Spooling
import Synchronization
import Testing

@testable import Sending

/// When a server that fails is given a rest.
@Suite struct CircuitBreakerTests {
  /// Collects what the breaker tells.
  private final class Told: Sendable {
    let states = Mutex<[String?]>([])
    var all: [String?] { states.withLock { $0 } }
  }

  private func breaker(
    after failures: Int, wait: Duration, _ told: Told = Told()
  ) -> CircuitBreaker {
    CircuitBreaker(after: failures, BackOff(first: wait, most: wait)) { outage in
      told.states.withLock { $0.append(outage?.reason) }
    }
  }

  @Test func `it opens after so many failures in a row, and a success in between begins anew`()
    throws
  {
    let told = Told()
    let breaker = breaker(after: 3, wait: .seconds(3600), told)
    let stop = try StopRequest()
    for reason in ["a", "b", ""] {
      #expect(breaker.pass(until: stop))
      if reason.isEmpty { breaker.succeeded() } else { breaker.failed(reason) }
    }
    #expect(told.all == [])
    for _ in 1...3 {
      #expect(breaker.outage == nil)
      #expect(breaker.pass(until: stop))
      breaker.failed("answered 503\nbusy")
    }
    #expect(told.all == ["answered 503: busy"])
    #expect(breaker.outage?.reason == "answered 503: busy")
  }

  @Test func `nothing passes while it is open, and who waits ends with the stop request`() throws {
    let breaker = breaker(after: 1, wait: .seconds(3600))
    let stop = try StopRequest()
    #expect(breaker.pass(until: stop))
    breaker.failed("down")
    let passed = Mutex<Bool?>(nil)
    let thread = Thread { passed.withLock { $0 = breaker.pass(until: stop) } }
    thread.start()
    stop.request(by: .now)
    while passed.withLock({ $0 }) == nil { usleep(1000) }
    #expect(passed.withLock { $0 } == false)
  }

  @Test func `one probe is made at a time, and its success closes the breaker`() throws {
    let told = Told()
    let breaker = breaker(after: 1, wait: .milliseconds(1), told)
    let stop = try StopRequest()
    #expect(breaker.pass(until: stop))
    breaker.failed("down")
    #expect(breaker.pass(until: stop))
    // The probe is under way: the others wait for its end.
    let others = Mutex(0)
    for _ in 1...4 {
      let thread = Thread {
        if breaker.pass(until: stop) { others.withLock { $0 += 1 } }
      }
      thread.start()
    }
    #expect(breaker.outage != nil)
    #expect(others.withLock { $0 } == 0)
    breaker.succeeded()
    while others.withLock({ $0 }) < 4 { usleep(1000) }
    #expect(told.all == ["down", nil])
  }

  @Test func `a probe that fails keeps the beginning of the outage, and tells the newer reason`()
    throws
  {
    let outages = Mutex<[WorkStatus.Failing?]>([])
    let breaker = CircuitBreaker(
      after: 1, BackOff(first: .milliseconds(1), most: .milliseconds(1))
    ) { outage in outages.withLock { $0.append(outage) } }
    let stop = try StopRequest()
    let start = Date(timeIntervalSince1970: 1_000_000)
    #expect(breaker.pass(until: stop))
    breaker.failed("first", at: start)
    #expect(breaker.pass(until: stop))
    breaker.failed("second", at: start + 60)
    let told = outages.withLock { $0.compactMap { $0 } }
    #expect(told.map(\.since) == [start, start])
    #expect(told.map(\.last) == [start, start + 60])
    #expect(told.map(\.reason) == ["first", "second"])
  }

  @Test func `an attempt that ended without a word about the server lets another probe begin`()
    throws
  {
    let breaker = breaker(after: 1, wait: .milliseconds(1))
    let stop = try StopRequest()
    #expect(breaker.pass(until: stop))
    breaker.failed("down")
    #expect(breaker.pass(until: stop))
    breaker.ended()
    #expect(breaker.pass(until: stop))
  }

  @Test func `a server may ask for a longer rest`() throws {
    let breaker = breaker(after: 1, wait: .milliseconds(1))
    let stop = try StopRequest()
    #expect(breaker.pass(until: stop))
    breaker.failed("busy", after: .seconds(3600))
    usleep(5000)
    #expect(breaker.outage?.reason == "busy")
  }

  @Test func `a pace spreads attempts evenly, and a stop request ends the wait`() throws {
    let stop = try StopRequest()
    let pace = Pace(perSecond: 100)
    let start = ContinuousClock.now
    for _ in 1...11 { #expect(pace.wait(until: stop)) }
    #expect(ContinuousClock.now - start >= .milliseconds(100))
    let slow = Pace(perSecond: 1)
    #expect(slow.wait(until: stop))
    stop.request(by: .now)
    #expect(!slow.wait(until: stop))
  }
}
