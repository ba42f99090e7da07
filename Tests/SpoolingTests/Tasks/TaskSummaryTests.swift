import Foundation
import Testing

@testable import Spooling

/// Summaries of tasks, and the files that are read for them.
@Suite struct TaskSummaryTests {
  let site: ImporterSpool
  var spool: TaskSpool { site.spool }

  init() throws { site = try ImporterSpool() }

  @Test func `a task that was given up says why, and more if it is looked into`() throws {
    let name = try site.add(3, #"{"a":1}"#)
    try #require(try spool.claim(TaskPlace(.new, name))).giveUp("exit status 1\n\"no\" item")
    let place = TaskPlace(.failed, name)
    let brief = TaskSummary(place, in: spool, opening: false)
    #expect(brief.reason == "exit status 1\n\"no\" item")
    #expect(brief.path == "\(spool.path)/failed/\(name)")
    #expect(brief.header == nil && brief.record == nil)
    let header = try #require(TaskSummary(place, in: spool, opening: true).header)
    #expect(header.webhook == "erp-stock" && header.senderDelivery == "sender-3")
    #expect(header.bodyBytes == 7)
  }

  @Test func `a deferred task says what is known of its attempts, once claimed if asked`() throws {
    let name = try site.add(1)
    let record = RetryRecord(
      attempts: 2, deferrals: 1, due: Date(timeIntervalSince1970: 1_795_459_999), reason: "later",
      earlier: "x")
    try #require(try spool.claim(TaskPlace(.new, name))).postpone(record)
    let deferred = TaskSummary(TaskPlace(.retry, name), in: spool, opening: false)
    #expect(deferred.record == record && deferred.reason == "later")
    let claim = try #require(try spool.claimPlainly(TaskPlace(.retry, name)))
    #expect(TaskSummary(claim.place, in: spool, opening: false).record == nil)
    #expect(TaskSummary(claim.place, in: spool, opening: true).record == record)
  }

  @Test func `a name that would harm its reader's terminal is told from others`() {
    #expect(TaskPlace(.new, "é x-1.json").isNamedPlainly)
    for part in ["\n", "\u{1b}", "\u{9b}", "\u{7f}", "\u{202e}", "\u{2028}"] {
      #expect(!TaskPlace(.new, "a\(part).json").isNamedPlainly)
    }
  }
}
