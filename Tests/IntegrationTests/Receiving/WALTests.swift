import Foundation
import Spooling
import Testing

@testable import Harness

/// Tasks that can't be published: `status`, `health`, metrics and `levelwind wal` show them, and
/// `wal` moves them elsewhere.
@Suite(.showingLogs) struct WALTests {
  private static let new = "spool/stock/new"

  /// Puts a file where the directory of published tasks should be.
  private func breakSpool(_ site: Site) throws {
    try FileManager.default.removeItem(at: site.folder(Self.new))
    try site.folder.write("in the way", to: Self.new)
  }

  private func mendSpool(_ site: Site) throws {
    try FileManager.default.removeItem(at: site.folder(Self.new))
    try FileManager.default.createDirectory(
      at: site.folder(Self.new), withIntermediateDirectories: false)
  }

  private func list(_ site: Site) throws -> [String: Any] {
    let said = try site.command("wal", "list", "--json")
    #expect(said.status == 0, "\(said.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(said.output)) as? [String: Any])
  }

  private func setAside(_ count: Int, _ site: Site) throws {
    try until("\(count) tasks are set aside, and counted") {
      let spools = try list(site)["spools"] as? [[String: Any]]
      let one = spools?.first
      return count == 0
        ? spools?.isEmpty == true
        : one?["set_aside"] as? Int == count && one?["in_log"] as? Int == 0
    }
  }

  @Test func `what can't be published is named, shown, copied and dropped, or published`() throws {
    try Site.open { site in
      #expect(
        try site.command("wal", "list").text
          == "Everything that was acknowledged is in its spool.\n")
      try breakSpool(site)
      for number in 1...3 { #expect(try site.deliver("\(number)").status == 200) }
      try setAside(3, site)

      try until("health names it") {
        let said = try site.command("health", "--unpublished", "1s")
        return said.text.contains(": 3 acknowledged tasks are not published yet, the oldest for ")
          && said.text.contains(
            "[levelwind wal list; mend what it names; levelwind incoming prepare]")
      }
      let status = try site.command("status").text
      #expect(status.contains("Acknowledged, and not published yet"), "\(status)")
      try until("metrics say so") {
        let text = try site.get("/metrics").text
        return text.contains("levelwind_set_aside_tasks{incoming=\"stock\"} 3\n")
          && text.contains("levelwind_unpublished_tasks{incoming=\"stock\"} 3\n")
      }

      let listed = try site.command("wal", "list").text
      for words in [
        "SPOOL  SET ASIDE", "stock  3 ", "stock: ", "levelwind wal export stock FOLDER",
      ] {
        #expect(listed.contains(words), "\(listed)")
      }
      let shown = try site.command("wal", "show", "stock").text.split(separator: "\n")
      #expect(shown.count == 3)
      let ids = shown.compactMap { $0.split(separator: " ").first.map(String.init) }
      let one = try site.command("wal", "show", String(ids[1].prefix(35)))
      for words in [
        "id: \(ids[1])", "set aside, to be published into new/", "webhook: erp", "incoming: stock",
        "body: 1 bytes", "/state/wal/aside/stock/new/\(ids[1]).json",
      ] { #expect(one.text.contains(words), "\(one.text)") }
      #expect(try site.command("wal", "show", "nothing").status == 1)

      let target = site.folder("export").path
      let copied = try site.command("wal", "export", "stock", target)
      #expect(copied.status == 0, "\(copied.errors)")
      #expect(copied.text == "3 tasks copied to \(target)\n")
      #expect(site.folder.names(in: "export") == ids.map { "\($0).json" }.sorted())
      let again = try site.command("wal", "export", "stock", target)
      #expect(again.text == "0 tasks copied to \(target), 3 there already\n")

      #expect(try site.command("wal", "drop", "stock", ids[0]).status == 64, "nobody to ask")
      try setAside(3, site)
      let dropped = try site.command("wal", "drop", "stock", ids[0], "--yes")
      #expect(dropped.text == "1 acknowledged task of stock removed\n", "\(dropped.errors)")
      try setAside(2, site)
      try until("metrics count it no more") {
        try site.get("/metrics").text.contains("levelwind_set_aside_tasks{incoming=\"stock\"} 2\n")
      }
      try mendSpool(site)
      try setAside(0, site)
      #expect(site.folder.names(in: Self.new) == ids[1...].map { "\($0).json" }.sorted())
      #expect(try site.command("wal", "drop", "stock", "--yes").status == 1)
    }
  }

  @Test func `without a responder, it says what it can, and names what can't be read`() throws {
    try Site.open { site in
      try breakSpool(site)
      #expect(try site.deliver("1").status == 200)
      site.stop()
      try site.folder.write("damaged", to: "state/wal/unreadable-0011-0007.log")
      let said = try site.command("wal", "list").text
      for words in [
        "stock  1 ", "The responder is not running: its next start publishes",
        "These files can't be read, and may hold acknowledged tasks",
        "/wal/unreadable-0011-0007.log  7 bytes",
      ] { #expect(said.contains(words), "\(said)") }
      #expect((try list(site)["unreadable"] as? [[String: Any]])?.count == 1)
      #expect(try site.command("wal", "drop", "stock", "--yes").status == 0)
      #expect(try site.command("wal", "list").text.hasPrefix("Nothing is set aside.\n"))
    }
  }

  @Test func `a log of another version stops the start, which says what to do`() throws {
    try Site.open { site in
      #expect(try site.deliver("1").status == 200)
      site.stop()
      let path = site.folder("state/wal/checkpoint")
      var bytes = Array(try Data(contentsOf: path))
      bytes[7] = 9
      try Data(bytes).write(to: path)
      let said = try Tool.run(
        Site.levelwind, ["serve", "--config", site.configuration, "--socket", site.socket])
      #expect(said.status == 1)
      let words = said.errors
      let folder = site.folder("state/wal").path
      #expect(
        words.contains(
          "levelwind: \(folder)/checkpoint is of version 9 of the write-ahead log, and this program reads version 1 alone. "
        ), "\(words)")
      #expect(
        words.contains(
          "Then remove \(folder)/checkpoint and \(folder)/*.log, and leave the other files"))
      #expect(Array(try Data(contentsOf: path)) == bytes)
      // The advice is safe: the program that wrote the log has published everything.
      let segments = site.folder.names(in: "state/wal").filter { $0.hasSuffix(".log") }
      for name in ["checkpoint"] + segments {
        try FileManager.default.removeItem(at: site.folder("state/wal/\(name)"))
      }
      try site.start()
      #expect(try site.deliver("2").status == 200)
      #expect(site.tasks().count == 2)
    }
  }
}
