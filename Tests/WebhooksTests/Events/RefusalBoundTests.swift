import Foundation
import Testing

@testable import Webhooks

/// Ten refusals of a kind are written each minute, and the others are counted.
@Suite struct RefusalBoundTests {
  let start = Date(timeIntervalSince1970: 1_800_000_000)
  let key = RejectionBound.Key(remote: "192.0.2.7", webhook: "erp", check: "header")

  @Test func `the eleventh of a minute is counted, and the count comes with the next minute`() {
    let bound = RejectionBound()
    let written = (1...15).map { _ in bound.note(key, at: start).write }
    #expect(written == Array(repeating: true, count: 10) + Array(repeating: false, count: 5))
    let next = bound.note(key, at: start + 61)
    #expect(next.write)
    #expect(next.unwritten == [RejectionBound.Unwritten(key: key, count: 5)])
    #expect(bound.ended(at: .distantFuture).isEmpty)
  }

  @Test func `another address, webhook or check is counted by itself`() {
    let bound = RejectionBound()
    for _ in 1...11 { _ = bound.note(key, at: start) }
    for other in [
      RejectionBound.Key(remote: "192.0.2.8", webhook: "erp", check: "header"),
      RejectionBound.Key(remote: "192.0.2.7", webhook: "shop", check: "header"),
      RejectionBound.Key(remote: "192.0.2.7", webhook: "erp", check: "method"),
    ] {
      #expect(bound.note(other, at: start).write)
    }
  }

  @Test func `ever new addresses take no more memory, and are still counted`() {
    let bound = RejectionBound()
    for number in 0..<10_000 {
      _ = bound.note(.init(remote: "\(number)", webhook: "erp", check: "header"), at: start)
    }
    #expect(!bound.note(key, at: start).write)
    #expect(bound.ended(at: start + 60) == [RejectionBound.Unwritten(key: nil, count: 1)])
  }

  @Test func `a clock that is set back begins a new minute`() {
    let bound = RejectionBound()
    for _ in 1...12 { _ = bound.note(key, at: start) }
    #expect(bound.note(key, at: start - 3600).write)
  }
}
