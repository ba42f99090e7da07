import Foundation
import Testing

@testable import Spooling

/// A task that exists twice, as it may after a crash. It quietly becomes one, wherever the two
/// meet.
@Suite struct DuplicateTests {
  let site: ImporterSpool
  let name: String
  var spool: TaskSpool { site.spool }

  init() throws {
    site = try ImporterSpool()
    name = try site.add(1)
  }

  private func claimed() throws -> Claim {
    let claim = try #require(try spool.claim(TaskPlace(.new, name)))
    try site.add(1)
    return claim
  }

  @Test func `one that is claimed is not claimed again, and the other goes`() throws {
    let claim = try claimed()
    #expect(try site.opened().claim(TaskPlace(.new, name)) == nil)
    #expect(try site.names(.new).isEmpty)
    try claim.finish()
    #expect(try site.places().isEmpty)
  }

  @Test func `one that is kept as done is finished once more`() throws {
    let day = DoneDay(Date())
    try claimed().finish(keepingUnder: day)
    try #require(try spool.claim(TaskPlace(.new, name))).finish(keepingUnder: day)
    #expect(try site.places() == [name: .done])
  }

  @Test(arguments: [1, 3])
  func `an orphan whose other is in new ends, and no attempt is counted`(_ most: Int) throws {
    _ = try claimed()
    let returned = try site.opened().takeBack(maxAttempts: most, lease: nil, now: Date())
    #expect(returned.problems.isEmpty && returned.givenUp.isEmpty)
    #expect(try site.places() == [name: .new])
    #expect(spool.record(of: name) == nil)
  }

  @Test func `one that is given up, or deferred, beside its other ends in one place`() throws {
    try claimed().giveUp("bad")
    try #require(try spool.claim(TaskPlace(.new, name))).giveUp("bad again")
    #expect(try site.places() == [name: .failed])
    let other = try site.add(2)
    let first = try #require(try spool.claim(TaskPlace(.new, other)))
    try first.postpone(RetryRecord(attempts: 1, due: Date()))
    try site.add(2)
    let second = try #require(try spool.claim(TaskPlace(.new, other)))
    try second.postpone(RetryRecord(attempts: 1, due: Date()))
    #expect(try site.places() == [name: .failed, other: .retry])
  }
}
