import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// The actions of operators and scripts on single tasks.
@Suite struct OperatingTests {
  let site: ImporterSpool
  var spool: TaskSpool { site.spool }

  init() throws { site = try ImporterSpool() }

  private func claim(_ name: String) throws -> Claim {
    try #require(try spool.claim(TaskPlace(.new, name)))
  }

  @Test func `the next claim is the first in new, then what is due`() throws {
    let names = try (1...4).map { try site.add($0) }
    let now = Date()
    try claim(names[0]).postpone(RetryRecord(attempts: 1, due: now.addingTimeInterval(60)))
    try claim(names[1]).postpone(RetryRecord(attempts: 1, due: now.addingTimeInterval(-60)))
    let claims = try (1...4).map { _ in try spool.claimNextPlainly(now: now)?.place }
    #expect(claims.map { $0?.name } == [names[2], names[3], names[1], nil])
    #expect(try site.names(.cur) == [names[1], names[2], names[3]].sorted())
    #expect(try spool.claimNextPlainly(now: now.addingTimeInterval(61))?.place.name == names[0])
  }

  @Test func `what others plant is put out of the way of the next claim`() throws {
    let name = try site.add(1)
    #expect(symlink("/etc/passwd", "\(spool.path)/new/0.json") == 0)
    try site.folder.write("{}", to: "stock/new/0\u{1b}[2J.json")
    let held = try spool.hold(TaskPlace(.new, try site.add(2)))
    #expect(try spool.claimNextPlainly(now: Date())?.place.name == name)
    #expect(try spool.claimNextPlainly(now: Date()) == nil)
    #expect(held != nil)
    #expect(try site.names(.failed).count == 4)
    #expect(spool.reason(of: "0\u{1b}[2J.json") == "its name has control characters in it")
  }

  @Test func `purge removes a task with what stands beside it, and nothing that is in use`() throws
  {
    let names = try (1...3).map { try site.add($0) }
    try claim(names[0]).postpone(RetryRecord(attempts: 1, reason: "x"))
    try claim(names[1]).giveUp("bad")
    try claim(names[2]).finish(keepingUnder: DoneDay(Date()))
    for place in try spool.places(in: [.retry, .failed, .done]) {
      let used = try spool.hold(place)
      #expect(try site.opened().purge(place) == false)
      #expect(used != nil)
    }
    for place in try spool.places(in: [.retry, .failed, .done]) {
      #expect(try spool.purge(place))
      #expect(try spool.purge(place) == false)
    }
    for state in TaskState.allCases { #expect(try site.names(state).isEmpty) }
  }

  @Test func `purge removes a planted link, and not what it leads to`() throws {
    try site.folder.write("x", to: "target")
    #expect(symlink("\(site.folder.path)/target", "\(spool.path)/failed/l.json") == 0)
    #expect(try spool.purge(TaskPlace(.failed, "l.json")))
    #expect(try site.names(.failed).isEmpty)
    #expect(site.folder.contents("target") == Array("x".utf8))
  }

  @Test func `what fails again in failed stays there, with both reasons and each once`() throws {
    let name = try site.add(1)
    try claim(name).giveUp("first")
    let place = TaskPlace(.failed, name)
    for reason in ["first", "second", "second"] {
      try #require(try spool.hold(place)).giveUp(reason)
    }
    #expect(try site.places() == [name: .failed])
    #expect(spool.reason(of: name) == "second\n\nbefore it was retried by hand:\nfirst")
  }

  @Test func `a finished task that was kept can be worked on again`() throws {
    let name = try site.add(1)
    try claim(name).finish(keepingUnder: DoneDay(Date()))
    let place = try #require(try spool.places(in: .done).first)
    try #require(try spool.hold(place)).restart()
    #expect(try site.places() == [name: .new])
  }

  @Test func `a view reads without a claim, also what another has locked`() throws {
    let name = try site.add(1, "[1.10]")
    let claim = try claim(name)
    let view = try #require(try site.opened().view(claim.place))
    try claim.finish()
    #expect(try view.body() == Array("[1.10]".utf8))
    #expect(view.header?.webhook == "erp-stock")
    #expect(try spool.view(claim.place) == nil)
  }

  @Test func `a commit from beside the responder is in its place, and none without room`() throws {
    try FileManager.default.createDirectory(
      atPath: "\(spool.path)/tmp", withIntermediateDirectories: true)
    let document = TaskDocument(
      id: TaskDocumentExample.deliveryID.at(place: 9), incoming: "stock",
      delivery: TaskDocumentExample.delivery(), body: EncodedBody([], contentType: []))
    let commit = Commit([document.entry()])
    let none = SpoolWriter(
      root: site.folder.path, identifier: "stock", floors: Floors(bytes: .max, inodes: 0))
    #expect(throws: SpoolError.self) { try none.commit(commit) }
    #expect(try site.places().isEmpty)
    let writer = SpoolWriter(
      root: site.folder.path, identifier: "stock", floors: Floors(bytes: 0, inodes: 0))
    try writer.commit(commit)
    #expect(try site.places() == [TaskName.task(document.entry()): .new])
    #expect(site.folder.names(in: "stock/tmp").isEmpty)
  }
}
