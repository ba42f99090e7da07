import Foundation
import Spooling
import Testing

@testable import Harness

/// `levelwind task claim`, `done`, `fail` and `release`, for importers that are scripts.
@Suite struct TaskClaimTests {
  private func claim(_ site: ImporterSite) throws -> String {
    let result = try site.task("claim", "stock")
    #expect(result.status == 0, "\(result.errors)")
    return result.text.trimmingCharacters(in: .newlines)
  }

  @Test func `claims come in order, and each ends in its way`() throws {
    try ImporterSite.open { site in
      let ids = try (1...4).map { try site.add("\($0)") }
      let paths = try ids.map { _ in try claim(site) }
      #expect(paths == ids.map { site.folder("spool/stock/cur/\($0).json").path })
      let none = try site.task("claim", "stock")
      #expect(none.status == 75 && none.output.isEmpty)

      #expect(try site.task("done", "stock", paths[0], ids[3]).status == 0)
      let failed = try site.task("fail", "stock", paths[1], "--reason", "no such item")
      #expect(failed.status == 0)
      #expect(try site.task("release", "stock", ids[2]).status == 0)
      #expect(site.names("new") == ["\(ids[2]).json"])
      #expect(site.names("cur").isEmpty && site.names("done").isEmpty)
      #expect(site.names("failed") == ["\(ids[1]).json", "\(ids[1]).json.reason"])
      #expect(site.folder.text("spool/stock/failed/\(ids[1]).json.reason") == "no such item\n")
      #expect(try claim(site) == paths[2])
    }
  }

  @Test func `what is not claimed can't be ended, and then nothing is`() throws {
    try ImporterSite.open { site in
      let (claimed, waiting) = (try site.add(), try site.add())
      #expect(try site.task("claim", "stock", claimed).status == 0)
      for command in [["done"], ["release"], ["fail", "--reason", "x"]] {
        let result = try site.task([command[0], "stock", claimed, waiting] + command.dropFirst())
        #expect(result.status == 1)
        #expect(result.errors.contains("no claimed task of stock has an id that begins with"))
      }
      #expect(site.names("cur") == ["\(claimed).json"])
      #expect(try site.task("fail", "stock", claimed).status == 64)
      #expect(try site.task("fail", "stock", claimed, "--reason", " ").status == 64)
      #expect(try site.task("done", "stock").status == 64)
      let held = try site.spool().hold(TaskPlace(.cur, "\(claimed).json"))
      let used = try site.task("done", "stock", claimed)
      #expect(used.status == 1 && used.errors.contains("a drain is working on it"))
      #expect(held != nil)
    }
  }

  @Test func `a claimed task is nobody else's, and a plain one to drains`() throws {
    try ImporterSite.open { site in
      let id = try site.add()
      _ = try claim(site)
      #expect(try site.task("drain", "stock", "--", "false").status == 0)
      #expect(site.names("cur") == ["\(id).json"])
      #expect(try site.task("drain", "stock", "--lease", "0s", "--", "true").status == 0)
      #expect(site.names("cur").isEmpty)
    }
  }

  @Test func `finished tasks are kept as long as the configuration says, and then removed`() throws
  {
    try ImporterSite.open { site in
      try site.folder.write("keep_done: 2d\n", to: "etc/incoming/stock.yaml")
      let ids = try (1...3).map { try site.add("\($0)") }
      let old = DoneDay(Date(timeIntervalSinceNow: -5 * 86_400)).text
      let kept = DoneDay(Date(timeIntervalSinceNow: -86_400)).text
      for day in [old, kept] { try site.folder.write("{}", to: "spool/stock/done/\(day)/a.json") }
      #expect(try site.task("done", "stock", try claim(site)).status == 0)
      // A day was begun within the hour, so the folder is not swept again yet.
      #expect(site.names("done").first == old)
      site.ageDone()
      #expect(try site.task("done", "stock", try claim(site)).status == 0)
      #expect(site.names("done").first == kept)
      try site.folder.write("{}", to: "spool/stock/done/\(old)/a.json")
      site.ageDone()
      #expect(try site.task("drain", "stock", "--", "true").status == 0)
      #expect(site.names("done").first == kept)
      let done = try site.spool().places(in: .done).map(\.id)
      #expect(done == ids + ["a"])

      try site.folder.write("keep_done: soon\n", to: "etc/incoming/stock.yaml")
      try site.add()
      let path = try claim(site)
      for refused in [
        try site.task("done", "stock", path), try site.task("drain", "stock", "--", "true"),
      ] {
        #expect(refused.status == 1 && refused.errors.contains("keep_done"))
      }
      #expect(site.names("cur").count == 1)
    }
  }
}
