import Foundation
import Spooling
import Testing

@testable import Harness

/// `levelwind task list`, `count`, `show` and `body`, as operators run them.
@Suite struct TaskListTests {
  private func rows(_ result: Tool.Result) throws -> [[String: Any]] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(result.output)) as? [[String: Any]])
  }

  @Test func `list, count and show say what there is`() throws {
    try ImporterSite.open { site in
      let first = try site.add(#"{"a":1.10}"#, senderDelivery: "d-1")
      let bad = try site.addFailed("exit status 1, after 10 attempts\nno such item")
      let claimed = try site.add()
      #expect(try site.task("claim", "stock", claimed).status == 0)

      let lines = try site.task("list", "stock").text.split(separator: "\n").map(String.init)
      #expect(lines.map { $0.split(separator: " ")[0] } == [first[...], bad[...], claimed[...]])
      #expect(lines.map { $0.split(separator: " ")[1] } == ["new", "failed", "cur"])
      #expect(lines[1].hasSuffix("  exit status 1, after 10 attempts: no such item"))
      #expect(try site.task("list", "stock", first, "--long").text.hasSuffix("  erp  d-1\n"))

      let json = try rows(site.task("list", "stock", "--long", "--json"))
      #expect(json.map { $0["id"] as? String } == [first, bad, claimed])
      #expect(json.map { $0["webhook"] as? String } == ["erp", "erp", "erp"])
      #expect(json[2]["claimedBy"] as? String == "importer")
      #expect(try rows(site.task("list", "stock", "--state", "done", "--json")).isEmpty)

      let counts = try site.task("count", "stock", "--state", "new", "--state", "failed")
      #expect(counts.text == "new     1\nfailed  1\n")
      #expect(
        try site.task("count", "stock", "--json").text
          == #"{"new":1,"cur":1,"retry":0,"failed":1,"done":0}"# + "\n")

      let shown = try site.task("show", "stock", bad).text
      #expect(shown.contains("reason: exit status 1, after 10 attempts\n  no such item\n"))
      #expect(shown.contains("state: failed\n"))
      let one = try site.task("show", "stock", first, "--json").output
      let members = try JSONSerialization.jsonObject(with: Data(one)) as? [String: Any]
      #expect(members?["senderdelivery"] as? String == "d-1")
      #expect(members?["path"] as? String == site.folder("spool/stock/new/\(first).json").path)
    }
  }

  @Test func `the reason of one line is its most telling one`() throws {
    try ImporterSite.open { site in
      for (reason, line) in [
        (
          "exit status 65\nTraceback:\n  File x\nKeyError: 'name'\n\n",
          "exit status 65: KeyError: 'name'"
        ),
        ("exit status 65", "exit status 65"), ("exit status 1\n \n", "exit status 1"),
        ("killed by signal 9\r\nhalf done\r\n", "killed by signal 9: half done"),
        ("answered 422\n{\"error\":\"no\"}\nmore", "answered 422: {\"error\":\"no\"}"),
        ("the customer is unknown\nsee ticket 7", "the customer is unknown"),
      ] {
        let id = try site.addFailed(reason)
        let text = try site.task("list", "stock", id).text
        #expect(text.hasSuffix("Z  \(line)\n"), "\(text)")
      }
      // The list shows the last reason only, not that of a failure before a retry.
      let id = try site.addFailed("exit status 1\nfirst")
      #expect(try site.task("retry", "stock", id).status == 0)
      try site.spool().hold(TaskPlace(.new, "\(id).json"))?.giveUp("exit status 3")
      #expect(try site.task("show", "stock", id).text.contains("first"))
      #expect(try site.task("list", "stock", id).text.hasSuffix("Z  exit status 3\n"))
    }
  }

  @Test func `the id of a delivery finds its tasks`() throws {
    try ImporterSite.open { site in
      let first = try site.addFailed("exit status 65")
      let other = try site.add()
      func delivery(_ task: String) throws -> String {
        try #require(UUIDv7(task)).at(place: 0).description
      }
      let told = try delivery(first)
      #expect(told != first)
      for command in ["show", "body", "retry"] {
        let result = try site.task(command, "stock", told)
        #expect(result.status == 0, "\(command): \(result.errors)")
      }
      #expect(try site.task("list", "stock", told).text.hasPrefix("\(first)  new"))
      #expect(try site.task("claim", "stock", told).text.contains(first))
      #expect(try site.task("release", "stock", told).status == 0)
      #expect(
        try site.task("count", "stock", try delivery(other), "--state", "new").text == "new     1\n"
      )

      // A second task of the same delivery.
      let second = try #require(UUIDv7(first)).at(place: 2).description
      try site.folder.write(
        site.folder.text("spool/stock/new/\(first).json"), to: "spool/stock/new/\(second).json")
      let several = try site.task("show", "stock", told)
      #expect(several.status == 1)
      #expect(
        several.errors.contains(
          "delivery \(told) has 2 tasks of stock: say which\n  \(first) in new\n  \(second) in new"),
        "\(several.errors)")
      #expect(try site.task("show", "stock", second).status == 0)
      let listed = try site.task("list", "stock", told).text.split(separator: "\n")
      #expect(listed.map { $0.prefix(36) } == [first[...], second[...]])
      let purge = try site.task("purge", "stock", told, "--yes")
      #expect(purge.status == 1 && purge.errors.contains("say which"), "\(purge.errors)")
      #expect(site.names("new").count == 3)
      // The first has another time, and the second another end.
      for wrong in [told.replacing("-7", with: "-6"), String(told.dropLast()) + "x"] {
        #expect(try site.task("show", "stock", wrong).errors.contains("no task of stock has an id"))
      }
    }
  }

  @Test func `filters, the same for list and count`() throws {
    try ImporterSite.open { site in
      try site.add(webhook: "shop")
      try site.add(senderDelivery: "d-7")
      try site.addFailed("connection refused")
      for (options, count) in [
        (["--webhook", "shop"], 1), (["--sender-delivery", "d-7"], 1),
        (["--reason", "refused"], 1), (["--older-than", "1h"], 0),
        (["--newer-than", "1h"], 3), (["--limit", "2"], 2),
        (["--webhook", "erp", "--state", "new"], 1), (["--webhook", "none"], 0),
      ] {
        let listed = try site.task(["list", "stock", "--json"] + options)
        #expect(try rows(listed).count == count, "\(options)")
        let counted = try site.task(["count", "stock"] + options).text
        let numbers = counted.split(separator: "\n").compactMap { Int($0.split(separator: " ")[1]) }
        #expect(numbers.reduce(0, +) == count, "\(options)")
      }
      #expect(try site.task("list", "stock", "--limit", "0").status == 64)
      #expect(try site.task("list", "stock", "--older-than", "soon").status == 64)
      #expect(try site.task("list", "none").status == 1)
      #expect(try site.task("list", "../stock").status == 64)
    }
  }

  @Test func `a short id has to mean one task`() throws {
    try ImporterSite.open { site in
      for name in ["aa1.json", "aa2.json", "b.json"] {
        try site.folder.write("{}", to: "spool/stock/new/\(name)")
      }
      let ambiguous = try site.task("show", "stock", "aa")
      #expect(ambiguous.status == 1)
      #expect(ambiguous.errors.contains("\"aa\" is ambiguous: 2 tasks begin with it"))
      #expect(ambiguous.errors.contains("aa2 in new"))
      #expect(try site.task("show", "stock", "aa1").status == 0)
      #expect(try site.task("show", "stock", "b").text.contains("isn't a task document"))
      #expect(try site.task("show", "stock", "c").status == 1)
      #expect(try site.task("show", "stock", "").status == 64)
      for command in ["retry", "purge"] {
        let state = command == "retry" ? "failed" : "new"
        for name in ["x1", "x2"] {
          try site.folder.write("", to: "spool/stock/\(state)/\(name).json")
        }
        let refused = try site.task([command, "stock", "x", "--state", state, "--dry-run"])
        #expect(refused.status == 1 && refused.errors.contains("ambiguous"), "\(command)")
      }
      #expect(try rows(site.task("list", "stock", "aa", "--json")).count == 2)
    }
  }

  @Test func `body writes the exact bytes of every encoding, or nothing`() throws {
    try ImporterSite.open { site in
      let bodies: [(body: String, type: String, encoding: String)] = [
        ("{\"n\": 1.10, \"n\":123456789012345678901234567890}\n", "application/json", "json"),
        ("é \"q\" \\ \r\n{", "text/plain", "text"), ("\0binary\u{1}", "x/y", "base64"),
        ("", "", "text"),
      ]
      for row in bodies {
        let id = try site.add(row.body, type: row.type)
        #expect(site.folder.text("spool/stock/new/\(id).json").contains("\"\(row.encoding)\""))
        let result = try site.task("body", "stock", id)
        #expect(result.status == 0 && result.output == Array(row.body.utf8), "\(row)")
      }
      let id = try site.add("[1,2]")
      let file = "spool/stock/new/\(id).json"
      try site.folder.write(
        site.folder.text(file).replacing(#""body":[1,2]"#, with: #""body":[1,3]"#), to: file)
      let changed = try site.task("body", "stock", id)
      #expect(changed.status == 1 && changed.output.isEmpty)
      #expect(changed.errors.contains("its SHA-256 is not bodySha256"))
    }
  }

  @Test func `what a task or a name holds does not reach the terminal`() throws {
    try ImporterSite.open { site in
      let hostile = "x\u{1b}[2J\u{9b}31m\u{202e}"
      try site.add(senderDelivery: hostile)
      try site.addFailed("bad \(hostile)\nmore \(hostile)")
      for state in ["new", "cur", "retry", "failed"] {
        try site.folder.write("{}", to: "spool/stock/\(state)/\(hostile)\n.json")
        #expect(symlink("/etc/passwd", site.folder("spool/stock/\(state)/a\u{1b}.json").path) == 0)
      }
      let failed = site.names("failed").first { $0.hasPrefix("01") } ?? ""
      let runs = [
        ["list", "stock"], ["list", "stock", "--long"], ["list", "stock", "--json", "--long"],
        ["list", "stock", "--webhook", "erp"], ["show", "stock", failed], ["show", "stock", "a"],
        ["show", "stock", failed, "--json"], ["show", "stock", hostile],
        ["claim", "stock", hostile],
        ["body", "stock", hostile + "\n"], ["claim", "stock"],
        ["done", "stock", "a"], ["retry", "stock", "--state", "failed"],
        ["purge", "stock", "a", "--state", "cur", "--yes"],
        ["purge", "stock", "--state", "new", "--yes"],
      ]
      for run in runs {
        let result = try site.task(run)
        let said = (result.text + result.errors).unicodeScalars
        #expect(
          said.allSatisfy { $0 == "\n" || isSafe($0) }, "\(run)\n\(result.text)")
      }
      #expect(FileManager.default.contents(atPath: "/etc/passwd")?.isEmpty == false)
    }
  }

  private func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }

  @Test func `only two files of the configuration are read`() throws {
    try ImporterSite.open { site in
      let id = try site.add()
      try site.folder.write("nonsense: [", to: "etc/webhooks/erp.yaml")
      try site.folder.write("nonsense: [", to: "etc/incoming/other.yaml")
      try site.folder.write("filter: '.['\n", to: "etc/incoming/stock.yaml")
      let path = try site.task("claim", "stock").text
      #expect(path == site.folder("spool/stock/cur/\(id).json").path + "\n")
      #expect(try site.task("done", "stock", id).status == 0)
    }
  }
}
