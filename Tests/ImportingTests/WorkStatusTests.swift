import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Importing

/// The status files of drains and post-processors.
@Suite struct WorkStatusTests {
  private func read(_ name: String, _ folder: Folder) throws -> WorkStatus {
    try #require(WorkStatus.read(name, state: folder.path))
  }

  @Test func `attempts are counted by part, and the counts go on after a restart`() throws {
    let folder = try Folder(named: "status")
    defer { folder.remove() }
    let first = WorkStatusWriter("postprocess", state: folder.path)
    first.note(.deferred("status 503\nand more"), of: "erp", at: Date(timeIntervalSince1970: 10))
    first.note(.failed("status 410"), of: "erp", at: Date(timeIntervalSince1970: 20))
    first.note(.done, of: "shop")
    first.stop()
    let failing = try #require(read("postprocess", folder).parts["erp"]?.failing)
    #expect(failing.since == Date(timeIntervalSince1970: 10))
    #expect(failing.last == Date(timeIntervalSince1970: 20))
    #expect(failing.reason == "status 410")
    #expect(try read("postprocess", folder).isRunning == false)

    let second = WorkStatusWriter("postprocess", state: folder.path)
    #expect(try read("postprocess", folder).isRunning)
    second.note(.done, of: "erp")
    second.stop()
    let after = try read("postprocess", folder)
    #expect(after.parts["erp"]?.attempts == 3)
    #expect(after.parts["erp"]?.failed == 1)
    #expect(after.parts["erp"]?.failing == nil)
    #expect(after.parts["shop"]?.done == 1)
  }

  @Test func `a drain counts under its spool, and another beside it has a file of its own`() throws
  {
    try ImporterSite.open { site in
      for number in 1...3 { try site.add("\(number)") }
      let work = RecordingWork { $0 == ["2"] ? .never("no item") : .done }
      let status = WorkStatusWriter("drain-stock", state: site.folder.path)
      _ = Drain(
        try site.spool(), DrainSettings(), work: work, stop: try StopRequest(), status: status,
        note: { _ in }
      ).run()
      #expect(status.status.parts["stock"]?.done == 2)
      #expect(status.status.parts["stock"]?.failed == 1)
      // The file of another running process, here the parent.
      var other = status.status
      status.stop()
      other.process = getppid()
      other.ended = nil
      try other.write("drain-stock", state: site.folder.path)
      WorkStatusWriter("drain-stock", state: site.folder.path).stop()
      let all = WorkStatus.all(state: site.folder.path, incoming: ["stock"])
      #expect(all.keys.sorted() == ["drain-stock", "drain-stock-2"])
      #expect(WorkStatus.all(state: site.folder.path, incoming: ["audit"]).isEmpty)
    }
  }

  @Test func `files of others with counts that can't be, or too much of them, are passed over`()
    throws
  {
    let folder = try Folder(named: "status")
    defer { folder.remove() }
    WorkStatusWriter("drain-stock", state: folder.path).stop()
    let good = try #require(StatusFolder(state: folder.path).read("drain-stock"))
    let text = String(decoding: good, as: UTF8.self)
    func plant(_ text: String, as name: String) throws {
      try StatusFolder(state: folder.path).put(Array(text.utf8), of: name)
    }
    for (name, count) in [("postprocess", "9223372036854775807"), ("postprocess-2", "-1")] {
      try plant(
        text.replacing(
          "\"parts\":{}", with: "\"parts\":{\"x.y\":{\"done\":\(count),\"failed\":1}}"),
        as: name)
      #expect(WorkStatus.read(name, state: folder.path) == nil)
    }
    try plant(text, as: "any-other-name")
    // This is more than all files together may have.
    try plant(text + String(repeating: " ", count: 17 << 20), as: "drain-audit")
    let all = WorkStatus.all(state: folder.path, incoming: ["audit", "stock"])
    #expect(all.keys.sorted() == ["drain-stock"])
    // A writer of that name starts from zero.
    let writer = WorkStatusWriter("postprocess", state: folder.path)
    writer.note(.done, of: "x.y")
    writer.stop()
    #expect(try read("postprocess", folder).parts["x.y"]?.done == 1)
  }

  @Test func `where nothing may be written there is no file, and no error`() throws {
    let folder = try Folder(named: "status")
    defer { folder.remove() }
    // Root may write anywhere except where a file is in the way.
    try folder.write("", to: "status")
    let status = WorkStatusWriter("drain-stock", state: folder.path)
    status.note(.done, of: "stock")
    status.stop()
    #expect(status.status.parts["stock"]?.done == 1)
    #expect(WorkStatus.read("drain-stock", state: folder.path) == nil)
  }
}
