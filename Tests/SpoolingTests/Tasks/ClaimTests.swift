import Bytes
import Foundation
import Testing

@testable import Harness
@testable import Spooling

@Suite struct ClaimTests {
  let site: ImporterSpool
  let name: String
  var spool: TaskSpool { site.spool }
  var new: TaskPlace { TaskPlace(.new, name) }

  init() throws {
    site = try ImporterSpool()
    name = try site.add(1)
  }

  private func claimed() throws -> Claim { try #require(try spool.claim(new)) }

  @Test func `tasks are listed in order of arrival, and nothing else is`() throws {
    let later = try [site.add(3), site.add(2)]
    for other in [".\(name).x", "note.txt", "\(name).reason"] {
      try site.folder.write("", to: "stock/new/\(other)")
    }
    #expect(try spool.places(in: .new).map(\.name) == [name, later[1], later[0]])
  }

  @Test func `a claim is in cur, under a name that tells it from a foreign one, and locked`() throws
  {
    let claim = try claimed()
    #expect(try site.names(.new).isEmpty)
    #expect(try site.names(.cur) == ["\(name).drain"])
    #expect(FileManager.default.contents(atPath: claim.path) == Data(try claim.bytes()))
    let other = try site.opened()
    #expect(try other.hold(claim.place) == nil)
    #expect(try other.claim(new) == nil)
  }

  @Test func `nobody claims a task that another holds`() throws {
    let held = try #require(try spool.hold(new))
    #expect(try site.opened().claim(new) == nil)
    try held.finish()
    #expect(try site.places().isEmpty)
  }

  @Test func `a plain claim is a rename and outlasts its process`() throws {
    var claim = try spool.claimPlainly(new)
    #expect(try site.names(.cur) == [name])
    #expect(claim?.place.isDrains == false)
    claim = nil
    #expect(try spool.takeBack(maxAttempts: 3, lease: nil, now: Date()) == .init())
    #expect(try site.names(.cur) == [name])
  }

  @Test func `done is gone, with what was written beside it`() throws {
    try claimed().postpone(RetryRecord(attempts: 1, due: Date(), reason: "exit status 1"))
    #expect(try site.names(.retry) == [name, "\(name).retry"])
    let again = try #require(try spool.claim(TaskPlace(.retry, name)))
    #expect(again.record?.attempts == 1)
    try again.finish()
    let id = String(name.dropLast(5))
    #expect(spool.end(of: id)?.hasPrefix("20") == true && spool.end(of: "\(id)0") == nil)
    for state in TaskState.allCases { #expect(try site.names(state).isEmpty) }
  }

  @Test func `the end of a task is not noted through what others planted`() throws {
    let victim = try site.folder.write("", to: "victim")
    let list = "\(spool.path)/done/\(DoneDay(Date()).text).ended"
    #expect(symlink(victim.path, list) == 0)
    try claimed().finish()
    #expect(unlink(list) == 0 && link(victim.path, list) == 0)
    spool.noteEnd(of: TaskPlace(.new, name), at: Date())
    #expect(unlink(list) == 0 && mkfifo(list, 0o660) == 0)
    spool.noteEnd(of: TaskPlace(.new, name), at: Date())
    #expect(site.folder.text("victim") == "" && spool.end(of: String(name.dropLast(5))) == nil)
  }

  @Test func `done is kept under its day, and swept after that`() throws {
    let noon = try #require(Date(rfc3339: "2026-11-24T12:00:00.000000Z"))
    try claimed().finish(keepingUnder: DoneDay(noon))
    #expect(site.folder.names(in: "stock/done/2026-11-24") == [name])
    let later = noon.addingTimeInterval(30 * 86_400)
    #expect(try spool.sweepDone(keeping: .seconds(30 * 86_400), now: later).tasks == 0)
    #expect(try spool.places(in: .done).map(\.path) == ["done/2026-11-24/\(name)"])
    let next = later.addingTimeInterval(86_400)
    #expect(try spool.sweepDone(keeping: .seconds(30 * 86_400), now: next).tasks == 1)
    #expect(try site.names(.done).isEmpty)
  }

  @Test func `a clock that is a year ahead has one day an hour removed, and not all of them`()
    throws
  {
    let noon = try #require(Date(rfc3339: "2026-11-24T12:00:00.000000Z"))
    for day in 0..<3 {
      let folder = DoneDay(noon.addingTimeInterval(Double(day) * 86_400)).text
      try FileManager.default.createDirectory(
        atPath: "\(spool.path)/done/\(folder)", withIntermediateDirectories: true)
      try site.folder.write("", to: "stock/done/\(folder)/1.json")
    }
    let done = "\(spool.path)/done"
    var now = noon.addingTimeInterval(365 * 86_400)
    func touch(_ moment: Date) {
      var times = [timespec](
        repeating: timespec(tv_sec: Int(moment.timeIntervalSince1970), tv_nsec: 0), count: 2)
      utimensat(AT_FDCWD, done, &times, 0)
    }
    touch(noon)
    #expect(try spool.sweepDone(keeping: .seconds(86_400), now: now).tasks == 1)
    // A removal changes the folder, whose time is then the clock's that is ahead.
    touch(now)
    #expect(try spool.sweepDone(keeping: .seconds(86_400), now: now).tasks == 0)
    #expect(try site.names(.done) == ["2026-11-25", "2026-11-26"])
    now.addTimeInterval(3600)
    #expect(try spool.sweepDone(keeping: .seconds(86_400), now: now).tasks == 1)
    #expect(try site.names(.done) == ["2026-11-26"])
  }

  @Test func `a lock is on the file that has the name, not on one that had it`() throws {
    let name = try site.add(9)
    let directory = try Directory(path: "\(spool.path)/new", on: LinuxFileSystem())
    let file = try TaskFile(name, in: directory)
    #expect(file.isAt(name, in: directory))
    try site.folder.write("another", to: "stock/new/other")
    #expect(rename("\(spool.path)/new/other", "\(spool.path)/new/\(name)") == 0)
    #expect(!file.isAt(name, in: directory))
    #expect(unlink("\(spool.path)/new/\(name)") == 0)
    #expect(!file.isAt(name, in: directory))
  }

  @Test func `a deferred task says when it is due, how often it was tried, and why`() throws {
    let due = Date(timeIntervalSince1970: 1_795_459_746.5)
    let record = RetryRecord(
      attempts: 2, deferrals: 1, due: due, reason: "exit status 1: \"x\"", earlier: "older")
    try claimed().postpone(record)
    #expect(spool.record(of: name) == record)
    #expect(site.text("retry/\(name).retry").contains(#""due":"2026-11-23T18:49:06.500000Z""#))
  }

  @Test(arguments: ["", "{", "[]", #"{"attempts":-1}"#, #"{"attempts":"2"}"#])
  func `a damaged record counts as none`(_ text: String) throws {
    try site.folder.write(text, to: "stock/retry/\(name).retry")
    #expect(try claimed().record == nil)
  }

  @Test func `given up lies in failed with its reason, and no record stays`() throws {
    try claimed().postpone(RetryRecord(attempts: 1))
    try #require(try spool.claim(TaskPlace(.retry, name))).giveUp("exit status 65\nno such item\n")
    #expect(try site.names(.failed) == [name, "\(name).reason"])
    #expect(site.text("failed/\(name).reason") == "exit status 65\nno such item\n")
    #expect(try site.names(.retry).isEmpty)
  }

  @Test func `retried by hand it begins anew, and remembers why it had failed`() throws {
    try claimed().giveUp("exit status 65")
    try #require(try spool.hold(TaskPlace(.failed, name))).restart()
    #expect(try site.places() == [name: .new])
    #expect(try site.names(.failed).isEmpty)
    let again = try claimed()
    #expect(again.record == RetryRecord(reason: "exit status 65", earlier: "exit status 65"))
    try again.giveUp("exit status 1")
    #expect(
      spool.reason(of: name) == "exit status 1\n\nbefore it was retried by hand:\nexit status 65")
  }

  @Test func `an orphan returns to new with an attempt counted, and is given up in the end`() throws
  {
    for attempt in 1...2 {
      var claim: Claim? = try claimed()
      let other = try site.opened()
      #expect(try other.takeBack(maxAttempts: 3, lease: nil, now: Date()).returned.isEmpty)
      #expect(claim?.place.state == .cur)
      claim = nil
      #expect(try other.takeBack(maxAttempts: 3, lease: nil, now: Date()).returned == [name])
      #expect(try site.places() == [name: .new])
      #expect(spool.record(of: name)?.attempts == attempt)
    }
    _ = try claimed()
    #expect(try spool.takeBack(maxAttempts: 3, lease: nil, now: Date()).givenUp == [name])
    #expect(spool.reason(of: name) == "the drain that worked on it died, after 3 attempts")
  }

  @Test func `a foreign claim returns when its lease is over, and not before`() throws {
    let renamed = rename("\(spool.path)/new/\(name)", "\(spool.path)/cur/\(name)")
    #expect(renamed == 0)
    let now = Date()
    for (lease, later, returned) in [
      (Duration?.none, 1e6, false), (.seconds(600), 500, false), (.seconds(600), 700, true),
    ] {
      let result = try spool.takeBack(
        maxAttempts: 3, lease: lease, now: now.addingTimeInterval(later))
      #expect(result.returned == (returned ? [name] : []))
    }
    #expect(spool.record(of: name)?.attempts == 1)
  }

  @Test func `a move never replaces a file that somebody named`() throws {
    try site.folder.write("{}", to: "stock/new/by-hand.json")
    let claim = try #require(try spool.claim(TaskPlace(.new, "by-hand.json")))
    try site.folder.write("[2]", to: "stock/new/by-hand.json")
    #expect(throws: TaskSpoolError.self) { try claim.release() }
    #expect(site.text("new/by-hand.json") == "[2]")
    #expect(try site.names(.cur) == ["by-hand.json.drain"])
  }

  @Test func `records that nobody needs any more are swept after a day`() throws {
    let other = try site.add(2)
    let gone = "01a209ca-0000-7000-8000-000000000000.json"
    for file in ["\(name).retry", "\(gone).retry", ".\(gone).retry.abc"] {
      try site.folder.write("{}", to: "stock/retry/\(file)")
    }
    try #require(try spool.claim(TaskPlace(.new, other))).postpone(RetryRecord(attempts: 1))
    try spool.sweepRecords(now: Date())
    #expect(try site.names(.retry).count == 5)
    try spool.sweepRecords(now: Date(timeIntervalSinceNow: 90_000))
    #expect(try site.names(.retry) == [name + ".retry", other, other + ".retry"].sorted())
  }

  @Test func `a spool that is missing, or has a link in place of a directory, is refused`() throws {
    #expect(throws: TaskSpoolError.self) { try TaskSpool(path: "\(site.folder.path)/nowhere") }
    try FileManager.default.removeItem(atPath: "\(spool.path)/cur")
    #expect(symlink("/tmp", "\(spool.path)/cur") == 0)
    #expect(throws: TaskSpoolError.self) { try TaskSpool(path: spool.path) }
  }
}
