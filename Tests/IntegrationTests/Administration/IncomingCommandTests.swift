import Foundation
import Testing

@testable import Harness

/// `levelwind incoming`, and what `check` prints about spools.
@Suite(.showingLogs) struct IncomingCommandTests {
  private static let files = [
    "etc/incoming/stock.yaml":
      "name: Stock\ngroup: daemon\nfilter: .data.body.entity == \"stock\"\n",
    "etc/incoming/audit.yaml": "name: Audit\nparser: {type: ndjson}\n",
    "etc/webhooks/erp.yaml":
      "incoming: stock\nadditional_incoming: [audit]\npre_processors: []\n",
  ]

  private func inFolder(_ test: (Folder, (String...) throws -> Tool.Result) throws -> Void) throws {
    let folder = try Folder(named: "incoming")
    defer { folder.remove() }
    for (path, text) in Self.files { try folder.write(text, to: path) }
    try folder.write(
      "spool: \(folder("spool").path)\nstate: \(folder("state").path)\n", to: "etc/levelwind.yaml")
    try test(folder) { (arguments: String...) in
      try Tool.run(Site.levelwind, arguments + ["--config", folder("etc").path])
    }
  }

  @Test(.enabled(if: geteuid() == 0, "giving directories away takes root"))
  func `a spool that its importers can't read is an error until it is prepared`() throws {
    try inFolder { folder, levelwind in
      let before = try levelwind("check", "--user", "nobody")
      #expect(before.status == 1)
      #expect(before.text.contains("spool: does not exist"), "\(before.text)")
      let prepared = try levelwind("incoming", "prepare", "--user", "nobody")
      #expect(prepared.status == 0, "\(prepared.errors)")
      #expect(prepared.text.contains("spool/stock/new: made\n"))
      #expect(try levelwind("check", "--user", "nobody").status == 0)
      let again = try levelwind("incoming", "prepare", "--user", "nobody")
      #expect(again.status == 0 && again.text.isEmpty)
      #expect(chmod(folder("spool/stock/new").path, 0o2700) == 0)
      let broken = try levelwind("check", "--user", "nobody")
      #expect(broken.status == 1)
      #expect(broken.text.contains("spool/stock/new: mode 2700, expected 2770"))
      try folder.write("group: no-such-group\n", to: "etc/incoming/stock.yaml")
      #expect(try levelwind("check", "--user", "nobody").text.contains("there is no group"))
      #expect(try levelwind("incoming", "prepare", "--user", "nobody").status == 1)
    }
  }

  @Test func `prepare needs a user that there is`() throws {
    try inFolder { _, levelwind in
      let result = try levelwind("incoming", "prepare", "--user", "no-such-user")
      #expect(result.status == 1)
      #expect(result.errors.contains("there is no user"))
    }
  }

  @Test func `list and show say what there is`() throws {
    try inFolder { folder, levelwind in
      #expect(try levelwind("incoming", "list").text == "audit  Audit\nstock  Stock\n")
      let shown = try levelwind("incoming", "show", "stock").text
      #expect(shown.contains("filter: .data.body.entity == \"stock\"\nwebhooks: erp\n"))
      #expect(shown.contains("group: daemon"))
      let json = try levelwind("incoming", "list", "--json").output
      let pages = try JSONSerialization.jsonObject(with: Data(json)) as? [[String: Any]]
      #expect(pages?.map { $0["parser"] as? String } == ["ndjson", nil])
      #expect(pages?[0]["spool"] as? String == folder("spool/audit").path)
      #expect(try levelwind("incoming", "show", "none").status == 1)
    }
  }
}
