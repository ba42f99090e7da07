import Bytes
import Dispatch
import Foundation
import Spooling
import Testing

@testable import Webhooks

/// Two copies that arrive together.
@Suite struct ReplaysTests {
  private let replays = Replays(state: nil)
  private let rule = ReplayRule(keep: .seconds(3600), max: 10)
  private let arrivals = Arrivals()
  private let soon = ContinuousClock.now
  private var late: ContinuousClock.Instant { .now + .seconds(60) }

  private func key(_ id: String) throws -> ReplayKey {
    ReplayKey(webhook: try #require(Identifier("erp")), delivery: id)
  }

  private func claim(
    _ id: String, by deadline: ContinuousClock.Instant, at now: Date = Date()
  ) throws -> Replays.Claim {
    replays.claim(try key(id), as: arrivals.next(at: now), rule, by: deadline)
  }

  private func reservation(_ claim: Replays.Claim) throws -> ReplayReservation {
    guard case .first(let reservation) = claim else { throw Unexpected(claim: "\(claim)") }
    return reservation
  }

  private struct Unexpected: Error { let claim: String }

  /// Returns the result of the second of two copies, which came while the first was being
  /// committed.
  private func second(_ end: (ReplayReservation) -> Void) throws -> Replays.Claim {
    let first = try reservation(claim("a", by: late))
    let (replays, key, arrival, rule) = (replays, try key("a"), arrivals.next(at: Date()), rule)
    let claims = Claims()
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      claims.claim = replays.claim(key, as: arrival, rule, by: .now + .seconds(60))
      ended.signal()
    }
    // The result is the same whether or not the second waits already.
    end(first)
    try #require(ended.wait(timeout: .now() + 60) == .success)
    return try #require(claims.claim)
  }

  private final class Claims: Sendable {
    private let state = Mutex<Replays.Claim?>(nil)
    var claim: Replays.Claim? {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }

  @Test func `the second waits for the first, and is a copy once that is durable`() throws {
    guard case .seen = try second({ $0.succeed() }) else {
      Issue.record("it passed")
      return
    }
  }

  @Test func `the second passes where the first failed`() throws {
    _ = try reservation(second { $0.fail(isOver: true) })
  }

  @Test func `not knowing by its deadline, the second is told so`() throws {
    let first = try reservation(claim("a", by: late))
    guard case .unknown = try claim("a", by: soon) else {
      Issue.record("it passed")
      return
    }
    _ = try reservation(claim("b", by: soon))
    first.succeed()
    guard case .seen = try claim("a", by: soon) else {
      Issue.record("it is not known")
      return
    }
  }

  @Test func `a commit that is not over at its deadline stays reserved until it is`() throws {
    let first = try reservation(claim("a", by: late))
    first.fail(isOver: false)
    guard case .unknown = try claim("a", by: soon) else {
      Issue.record("it passed")
      return
    }
    first.commitEnded()
    _ = try reservation(claim("a", by: soon))
  }

  @Test func `a commit that ends before its outcome is known is not given up`() throws {
    let first = try reservation(claim("a", by: late))
    first.commitEnded()
    guard case .unknown = try claim("a", by: soon) else {
      Issue.record("it passed")
      return
    }
    first.succeed()
    guard case .seen = try claim("a", by: soon) else {
      Issue.record("it is not known")
      return
    }
    let other = try reservation(claim("b", by: late))
    other.commitEnded()
    other.fail(isOver: false)
    _ = try reservation(claim("b", by: soon))
  }

  @Test func `after the time it is kept, a delivery passes again`() throws {
    let then = Date(timeIntervalSinceNow: -3500)
    try reservation(claim("a", by: late, at: then)).succeed()
    guard case .seen = try claim("a", by: soon) else {
      Issue.record("it is not known")
      return
    }
    _ = try reservation(claim("a", by: soon, at: Date(timeIntervalSinceNow: 200)))
  }

  @Test func `only names of the form are read`() throws {
    let erp = try #require(Identifier("erp"))
    let hash = String(repeating: "0a", count: 32)
    let id = "019b1e2f-4a00-7000-8000-000000000001"
    let record = try #require(ReplayRecord(name: "\(id).\(hash)", webhook: erp))
    #expect(record.delivery == id)
    #expect(record.key.hash == hash)
    #expect(abs(record.time.timeIntervalSince1970 - Double(0x019b_1e2f_4a00) / 1000) < 0.001)
    for name in ["", id, "\(id).json", "\(id).\(hash).reason", "\(id).\(hash.uppercased())"] {
      #expect(ReplayRecord(name: name, webhook: erp) == nil, "\(name)")
    }
  }
}
