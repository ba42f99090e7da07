import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// The things that members of a spool's group can plant in it.
@Suite struct PlantedTaskTests {
  let site: ImporterSpool
  var spool: TaskSpool { site.spool }

  init() throws { site = try ImporterSpool() }

  static let plants: [(name: String, plant: @Sendable (String) -> Int32)] = [
    ("a link to a file", { symlink("/etc/passwd", $0) }),
    ("a link to nowhere", { symlink("nowhere", $0) }),
    ("a FIFO", { mkfifo($0, 0o666) }),
    ("a directory", { mkdir($0, 0o777) }),
  ]

  @Test(arguments: plants.map(\.name))
  func `a name that isn't a file's is not followed or waited for, and is put out of the way`(
    _ name: String
  ) throws {
    let row = try #require(Self.plants.first { $0.name == name })
    #expect(row.plant("\(spool.path)/new/x.json") == 0)
    let place = TaskPlace(.new, "x.json")
    #expect(throws: TaskSpoolError.self) { try spool.claim(place) }
    #expect(throws: TaskSpoolError.self) { try spool.hold(place) }
    try spool.reject(place, reason: "no task")
    #expect(try site.names(.new).isEmpty)
    #expect(try site.names(.failed) == ["x.json", "x.json.reason"])
    #expect(FileManager.default.contents(atPath: "/etc/passwd")?.isEmpty == false)
  }

  @Test func `a link in place of a record or a reason is not followed, and is replaced`() throws {
    let name = try site.add(1)
    try site.folder.write(#"{"attempts":99}"#, to: "target")
    for file in ["retry/\(name).retry", "failed/\(name).reason"] {
      #expect(symlink("\(site.folder.path)/target", "\(spool.path)/\(file)") == 0)
    }
    #expect(spool.record(of: name) == nil)
    #expect(spool.reason(of: name) == "")
    try #require(try spool.claim(TaskPlace(.new, name))).postpone(RetryRecord(attempts: 1))
    #expect(spool.record(of: name)?.attempts == 1)
    try #require(try spool.claim(TaskPlace(.retry, name))).giveUp("bad")
    #expect(spool.reason(of: name) == "bad")
    #expect(site.folder.contents("target") == Array(#"{"attempts":99}"#.utf8))
  }

  @Test func `links among the days in done are not followed`() throws {
    let name = try site.add(1)
    #expect(symlink("/tmp", "\(spool.path)/done/2020-01-01") == 0)
    let claim = try #require(try spool.claim(TaskPlace(.new, name)))
    let day = DoneDay(Date(timeIntervalSince1970: 1_577_836_800))
    #expect(day.text == "2020-01-01")
    #expect(throws: TaskSpoolError.self) { try claim.finish(keepingUnder: day) }
    #expect(try site.names(.cur) == ["\(name).drain"])
  }
}
