import Foundation
import Spooling
import Testing

@testable import Harness

/// `levelwind task retry`, for operators.
@Suite struct TaskRetryTests {
  @Test func `three thousand failed tasks are retried by their reason in one command`() throws {
    try ImporterSite.open { site in
      for number in 1...3000 {
        try site.addFailed("exit status 1, after 10 attempts\nconnection refused", "\(number)")
      }
      let others = try (1...3).map { try site.addFailed("exit status 65", "\($0)") }
      let options = ["retry", "stock", "--reason", "connection refused"]
      let dry = try site.task(options + ["--dry-run", "--limit", "5"])
      #expect(dry.text.split(separator: "\n").count == 5)
      #expect(site.names("new").isEmpty)
      #expect(try site.task(options + ["--limit", "5"]).text == "5 retried\n")
      #expect(site.names("new").count == 5)
      let result = try site.task(options + ["--json"])
      #expect(result.status == 0)
      #expect(
        result.text
          == #"{"retried":2995,"routed":0,"tasks":0,"failed":0,"skipped":0}"# + "\n")
      // Progress is shown on a terminal only.
      #expect(result.errors.isEmpty)
      #expect(site.names("new").count == 3000)
      #expect(
        site.names("failed") == others.flatMap { ["\($0).json", "\($0).json.reason"] }.sorted())
      #expect(try site.task("retry", "stock", "--state", "failed").status == 0)
      #expect(site.names("new").count == 3003)
    }
  }

  @Test func `a poison task fails alone, and finishes once it is mended and retried`() throws {
    try ImporterSite.open { site in
      let ids = try (1...20).map { try site.add("\($0)") }
      let out = site.folder("out").path
      try site.folder.write(
        "body=$(cat); [ \"$body\" != 13 ] || [ -e '\(out).mended' ] || { echo poison >&2; exit 65; }\n"
          + "echo \"$body $LEVELWIND_ATTEMPT\" >> '\(out)'\n", to: "import.sh")
      let drain = ["drain", "stock", "--stdin", "body", "--jobs", "4", "--", "sh"]
      #expect(try site.task(drain + [site.folder("import.sh").path]).status == 1)
      #expect(site.lines("out").count == 19)
      #expect(site.names("failed") == ["\(ids[12]).json", "\(ids[12]).json.reason"])
      let shown = try site.task("show", "stock", ids[12]).text
      #expect(shown.contains("reason: exit status 65\n  poison\n"))

      #expect(try site.task("retry", "stock", ids[12]).text == "1 retried\n")
      #expect(site.names("failed").isEmpty)
      #expect(
        try site.task("show", "stock", ids[12]).text
          .contains("failed attempts: 0\nreason: exit status 65\n  poison\nfailed before: exit"))
      #expect(try site.task(drain + [site.folder("import.sh").path]).status == 1)
      #expect(
        try site.task("show", "stock", ids[12]).text.contains("before it was retried by hand:"))

      try site.folder.write("", to: "out.mended")
      #expect(try site.task("retry", "stock", "--state", "failed").status == 0)
      #expect(try site.task(drain + [site.folder("import.sh").path]).status == 0)
      #expect(site.lines("out").last == "13 1")
      for state in TaskState.allCases { #expect(site.names("\(state)").isEmpty, "\(state)") }
    }
  }

  @Test func `a deferred task, and a finished one that was kept, can be retried at once`() throws {
    try ImporterSite.open { site in
      let ids = try (1...2).map { try site.add("\($0)") }
      let spool = try site.spool()
      try spool.claim(TaskPlace(.new, "\(ids[0]).json"))?.postpone(
        RetryRecord(attempts: 3, due: Date(timeIntervalSinceNow: 9000), reason: "no"))
      try spool.claim(TaskPlace(.new, "\(ids[1]).json"))?.finish(
        keepingUnder: DoneDay(Date()))
      #expect(try site.task("retry", "stock", "--reason", "no").text == "0 retried\n")
      #expect(try site.task("retry", "stock", ids[0], ids[1]).text == "2 retried\n")
      #expect(site.names("new") == ids.map { "\($0).json" })
      #expect(spool.record(of: "\(ids[0]).json")?.attempts == 0)
      #expect(try site.task("retry", "stock").status == 64)
      #expect(try site.task("retry", "stock", "--state", "cur").status == 64)
      #expect(try site.task("retry", "stock", ids[0]).status == 1)
    }
  }

  private static let lines = #"[{"a":1.10}, {"a":123456789012345678901}]"#
  private static let mended = "parser: {type: json, items: '.data.body[]'}\n"

  private func site(_ incoming: String, _ test: (ImporterSite) throws -> Void) throws {
    try ImporterSite.open { site in
      try site.folder.write(incoming, to: "etc/incoming/stock.yaml")
      try site.folder.write(
        "spool: \(site.folder("spool").path)\nmin_free: 1MiB\nmin_free_inodes: 10\n",
        to: "etc/levelwind.yaml")
      try test(site)
    }
  }

  @Test func `a delivery is routed through what the configuration says today`() throws {
    try site(Self.mended) { site in
      try site.addFailed("filter: broken", Self.lines, as: .delivery)
      let task = try site.addFailed("exit status 1")
      let result = try site.task("retry", "stock", "--state", "failed")
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.text == "1 retried, 1 deliveries routed again, with 2 tasks\n")
      #expect(site.names("failed").isEmpty && site.names("tmp").isEmpty)
      let new = site.names("new").filter { !$0.hasPrefix(task) }
      let bodies = try new.map { try site.task("body", "stock", $0).text }
      #expect(bodies == [#"{"a":1.10}"#, #"{"a":123456789012345678901}"#])
      let drain = ["drain", "stock", "--stdin", "body", "--", "grep", "-q", "[{]"]
      #expect(try site.task(drain).status == 0)
    }
  }

  @Test(arguments: [
    ("filter: 'false'\n", "today's filter does not want the delivery"),
    ("filter: error(\"again\")\n", "filter: again"),
    ("filter: '.['\n", "incoming/stock.yaml"),
    ("min_free", "min_free"),
  ])
  func `a delivery that can't be routed stays, whole and with its reason`(
    incoming: String, reason: String
  ) throws {
    try site(incoming == "min_free" ? Self.mended : incoming) { site in
      if incoming == "min_free" {
        try site.folder.write(
          "spool: \(site.folder("spool").path)\nmin_free: 1024TiB\n", to: "etc/levelwind.yaml")
      }
      let id = try site.addFailed("filter: broken", Self.lines, as: .delivery)
      let before = site.folder.text("spool/stock/failed/\(id).json")
      let result = try site.task("retry", "stock", id)
      #expect(result.status == 1)
      #expect(result.errors.contains(reason), "\(result.errors)")
      #expect(result.text == "0 retried, 1 not retried\n")
      #expect(site.folder.text("spool/stock/failed/\(id).json") == before)
      #expect(site.names("new").isEmpty && site.names("tmp").isEmpty)
      let text = site.folder.text("spool/stock/failed/\(id).json.reason")
      #expect(text.hasSuffix("filter: broken\n"), "\(text)")
    }
  }

  @Test func `a delivery for another spool, or one that was changed, is not routed`() throws {
    try site(Self.mended) { site in
      let id = try site.addFailed("x", Self.lines, as: .delivery)
      let file = "spool/stock/failed/\(id).json"
      let text = site.folder.text(file)
      for (old, new, reason) in [
        (
          #""incoming":"stock""#, #""incoming":"other""#,
          "the delivery is for the incoming configuration"
        ),
        ("1.10", "1.20", "the delivery's file is damaged"),
      ] {
        try site.folder.write(text.replacing(old, with: new), to: file)
        let result = try site.task("retry", "stock", id)
        #expect(result.status == 1 && result.errors.contains(reason), "\(result.errors)")
        #expect(site.names("failed").count == 2 && site.names("new").isEmpty)
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "acting as another user takes root"))
  func `root acts as the spool's owner`() throws {
    try site(Self.mended) { site in
      try site.addFailed("x", Self.lines, as: .delivery)
      let retried = try site.addFailed("y")
      let chown = try Tool.run("chown", ["-R", "nobody:daemon", site.folder("spool").path])
      #expect(chown.status == 0)
      // The configuration is read before the process changes its user.
      #expect(chmod(site.folder("etc/incoming/stock.yaml").path, 0o600) == 0)
      let result = try site.task("retry", "stock", "--state", "failed")
      #expect(result.status == 0, "\(result.errors)")
      #expect(site.names("new").count == 3)
      for name in site.names("new").map({ "new/\($0)" }) + ["retry/\(retried).json.retry"] {
        var status = stat()
        #expect(stat(site.folder("spool/stock/\(name)").path, &status) == 0, "\(name)")
        #expect(status.st_uid == SystemUser(named: "nobody")?.user, "\(name)")
      }
    }
  }

  @Test func `progress is shown on a terminal`() throws {
    try ImporterSite.open { site in
      for _ in 1...20 { try site.addFailed("x") }
      let retried = try site.onTerminal("retry", "stock", "--reason", "x")
      #expect(retried.status == 0)
      #expect(retried.text.contains("retried 0 of 20\u{1b}[K"), "\(retried.text)")
      #expect(retried.text.contains("\r\u{1b}[K20 retried"), "\(retried.text)")
    }
  }
}
