import Foundation
import Testing

@testable import Harness

/// `levelwind incoming create`, `edit` and `delete`.
@Suite struct IncomingMaintenanceTests {
  @Test func `an incoming configuration is made, and its spool`() throws {
    try Administration.run([:]) { levelwind in
      let made = try levelwind(
        "incoming", "create", "Stock updates", "--filter", #".data.body.entity == "stock""#,
        "--items", ".data.body.mutations[]", "--user", "root")
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.text.hasPrefix("Made incoming/stock-updates.yaml.\n"))
      #expect(
        try levelwind.timeless("incoming/stock-updates.yaml") == """
          # yaml-language-server: $schema=/usr/share/levelwind/schema/incoming.json
          # A destination of tasks. Its spool is the folder stock-updates in the folder of the spools.
          # After a change: levelwind check, levelwind incoming prepare, and levelwind reload.
          name: Stock updates
          # A jq program over the task document. A delivery is taken unless the result is false or null.
          filter: ".data.body.entity == \\"stock\\""
          # How a body becomes tasks.
          parser:
            type: json
            items: ".data.body.mutations[]"

          """)
      if geteuid() == 0 {
        #expect(levelwind.folder.names(in: "spool/stock-updates").contains("new"))
      }
      let csv = try levelwind(
        "incoming", "create", "Prices", "--parser", "csv", "--set", "delimiter=\";\"", "--user",
        "root")
      #expect(csv.status == 0, "\(csv.errors)")
      #expect(levelwind.text("incoming/prices.yaml").contains("  type: csv\n  delimiter: \";\"\n"))
      #expect(try levelwind("check").status == 0)
    }
  }

  @Test func `a filter that isn't jq is refused, and nothing is made`() throws {
    try Administration.run([:]) { levelwind in
      let refused = try levelwind("incoming", "create", "X", "--filter", ".a ==", "--user", "root")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("incoming/x.yaml"))
      #expect(levelwind.folder.names(in: "etc/incoming") == [])
    }
  }

  @Test func `a group that isn't there is refused before anything is written`() throws {
    try Administration.run { levelwind in
      let before = levelwind.snapshot()
      let refused = try levelwind("incoming", "create", "Foo", "--group", "no-such-group")
      #expect(refused.status == 1)
      #expect(
        refused.errors.contains(
          "incoming/foo.yaml: group: there is no group \"no-such-group\"; "
            + "groupadd --system no-such-group makes it"), "\(refused.errors)")
      #expect(refused.errors.contains("nothing was changed"))
      #expect(levelwind.snapshot() == before)
    }
  }

  @Test func `delete is refused while a webhook refers to it, and keeps the spool`() throws {
    try Administration.run([
      "incoming/stock.yaml": "name: Stock\n", "incoming/idle.yaml": "name: Idle\n",
      "webhooks/erp.yaml": "incoming: stock\npre_processors: []\n",
    ]) { levelwind in
      for place in ["tmp", "new", "cur", "retry", "failed", "done"] {
        try levelwind.folder.write("", to: "spool/idle/\(place)/.none")
      }
      try levelwind.folder.write("{}", to: "spool/idle/new/1.json")
      let refused = try levelwind("incoming", "delete", "stock", "--yes")
      #expect(refused.status == 1 && refused.errors.contains("webhooks/erp.yaml"))
      #expect(try levelwind("incoming", "delete", "idle").status == 1)
      let deleted = try levelwind("incoming", "delete", "idle", "--yes")
      #expect(deleted.status == 0, "\(deleted.errors)")
      #expect(
        deleted.text.contains(
          "Its spool stays, with 1 new in it: \(levelwind.folder("spool/idle").path)\n")
      )
      #expect(levelwind.folder.names(in: "etc/incoming") == ["stock.yaml"])
      #expect(levelwind.folder.names(in: "spool/idle/new") == [".none", "1.json"])
    }
  }

  @Test func `edit puts in place what is right`() throws {
    try Administration.run { levelwind in
      func edit(_ editor: String) throws -> Tool.Result {
        try Tool.run(
          "env",
          ["VISUAL=\(editor)", "TMPDIR=\(levelwind.folder.path)", Site.levelwind]
            + [
              "incoming", "edit", "stock", "--user", "root", "--config",
              levelwind.folder("etc").path,
            ])
      }
      let right = try edit("sed -i s/Stock/Stocks/")
      #expect(right.status == 0, "\(right.errors)")
      #expect(levelwind.text("incoming/stock.yaml") == "name: Stocks\n")
      let wrong = try edit("sed -i s/name/nmae/")
      #expect(wrong.status == 1)
      #expect(levelwind.text("incoming/stock.yaml") == "name: Stocks\n")
    }
  }
}
