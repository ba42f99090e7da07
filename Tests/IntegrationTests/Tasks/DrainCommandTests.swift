import Foundation
import Testing

@testable import Harness

/// `levelwind task drain`.
@Suite struct DrainCommandTests {
  static let ends:
    [(script: String, options: [String], status: Int32, place: String, says: String)] = [
      ("exit 0", [], 0, "", ""),
      ("exit 75", [], 75, "retry", #""deferrals":1"#),
      ("echo no item >&2; exit 65", [], 1, "failed", "exit status 65\nno item\n"),
      ("echo no item >&2; exit 3", [], 75, "retry", #""reason":"exit status 3\nno item\n""#),
      ("kill -9 $$", [], 75, "retry", #""attempts":1,"#),
      ("exit 3", ["--max-attempts", "1"], 1, "failed", "exit status 3, after one attempt\n"),
      (
        "sleep 1000", ["--timeout", "100ms", "--max-attempts", "1"], 1, "failed",
        "killed, since it ran for more than 0.1 seconds, after one attempt\n"
      ),
    ]

  @Test(arguments: ends.indices)
  func `an exit status of the command is where its task ends, and one of the drain`(
    _ row: Int
  ) throws {
    let (script, options, status, place, says) = Self.ends[row]
    try ImporterSite.open { site in
      let id = try site.add()
      let child = try site.drain("stock", options, ["sh", "-c", script])
      #expect(child.wait() == status, "\(site.folder.text("log/drain.log"))")
      for directory in ["new", "cur", "retry", "failed"] {
        #expect(site.names(directory).contains("\(id).json") == (directory == place))
      }
      if place.isEmpty { return }
      let beside = place == "retry" ? "retry" : "reason"
      let text = site.folder.text("spool/stock/\(place)/\(id).json.\(beside)")
      #expect(place == "retry" ? text.contains(says) : text == says, "\(text)")
    }
  }

  @Test func `with an order by key, many jobs keep the order of each key`() throws {
    try ImporterSite.open { site in
      for number in 10...29 {
        for key in ["a", "b", "c"] { try site.add(#"{"key":"\#(key)","n":\#(number)}"#) }
      }
      let child = try site.drain(
        "stock", ["--jobs", "8", "--order-by", ".data.body.key", "--stdin", "body"],
        ["sh", "-c", "read -r line; echo \"$line\" >>\(site.folder("runs").path)"])
      #expect(child.wait() == 0, "\(site.folder.text("log/drain.log"))")
      for key in ["a", "b", "c"] {
        #expect(
          site.lines("runs").filter { $0.contains("\"\(key)\"") }
            == (10...29).map { #"{"key":"\#(key)","n":\#($0)}"# })
      }
    }
  }

  @Test func `beside a drain with an order by key another does nothing, and says so`() throws {
    try ImporterSite.open { site in
      try site.add("1")
      let first = try site.drain(
        "stock", ["--follow", "--order-by", ".data.body"], ["tee", site.folder("done").path])
      try until("it works") { !site.names("new").contains { $0.hasSuffix(".json") } }
      try site.add("2")
      let second = try site.drain("stock", [], ["false"], log: "second")
      #expect(second.wait() == 75)
      #expect(
        site.folder.text("log/second.log").contains("one that keeps an order works alone"),
        "\(site.folder.text("log/second.log"))")
      try until("the first did both") {
        ["new", "cur", "retry"].allSatisfy { site.names($0).isEmpty }
      }
      #expect(first.stop() == 0)
    }
  }

  static let misuses: [(arguments: [String], status: Int32, says: String)] = [
    (["stock"], 64, "the command is missing"),
    (["stock", "--batch", "2", "--", "true"], 64, "--batch needs --ndjson"),
    (["stock", "--jobs", "0", "--", "true"], 64, "--jobs has to be from 1"),
    (["stock", "--order-by", ".[", "--", "true"], 64, "--order-by: jq: "),
    (
      ["stock", "--order-by", ".id", "--ndjson", "--batch", "2", "--", "true"], 64,
      "--order-by is for single tasks"
    ),
    (["Stock", "--", "true"], 64, "isn't an identifier"),
    (["audit", "--", "true"], 1, "there is no incoming configuration audit, and no spool"),
    (["stock", "--", "/nowhere/import"], 1, "can't run /nowhere/import: No such file"),
  ]

  @Test(arguments: misuses.indices)
  func `what can't be done is said, and no task suffers from it`(_ row: Int) throws {
    let (arguments, status, says) = Self.misuses[row]
    try ImporterSite.open { site in
      let id = try site.add()
      let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
      let result = try Tool.run(
        Site.levelwind,
        ["task", "drain"] + arguments[..<end] + ["--config", site.folder("etc").path]
          + arguments[end...])
      #expect(result.status == status)
      #expect(result.errors.contains(says), "\(result.errors)")
      #expect(site.names("new") == ["\(id).json"])
      #expect(site.names("retry") == [])
    }
  }

  @Test(.enabled(if: getuid() == 0, "it is about root"))
  func `a service that has no user of its own is told how it gets one`() throws {
    try ImporterSite.open { site in
      try site.add()
      let result = try site.task("drain", "stock", "--refuse-root", "--", "true")
      #expect(result.status == 64)
      #expect(result.errors.contains("systemctl edit levelwind-drain@stock.service"))
      #expect(site.names("new").count == 1)
    }
  }

  @Test func `as long as tasks wait in retry the status is 75, and none is tried too early`() throws
  {
    try ImporterSite.open { site in
      try site.add()
      #expect(try site.task("drain", "stock", "--", "false").status == 75)
      let again = try site.task("drain", "stock", "--", "sh", "-c", "echo > /nowhere/x")
      #expect(again.status == 75)
      #expect(again.errors == "")
    }
  }

  @Test func `over its time the command's process group is killed`() throws {
    try ImporterSite.open { site in
      try site.add()
      let script = "sh -c 'sleep 1000' & echo $! >\(site.folder("child").path); wait"
      let result = try site.task("drain", "stock", "--timeout", "500ms", "--", "sh", "-c", script)
      #expect(result.status == 75)
      #expect(result.errors.contains("killed, since it ran for more than 0.5 seconds; again at"))
      let child = try #require(site.lines("child").first)
      try until("its child is gone") { !isAlive(child) }
    }
  }

  @Test func `told to stop, it lets commands finish for a while, and puts back what doesn't`()
    throws
  {
    try ImporterSite.open { site in
      let ids = try (1...3).map { try site.add("\($0)") }
      let started = site.folder("started").path
      // The first command ends when a file appears, and the second never ends.
      let script = """
        echo $LEVELWIND_ID $$ >>\(started)
        [ $LEVELWIND_ID = \(ids[0]) ] || exec sleep 1000
        while [ ! -e \(site.folder("go").path) ]; do sleep 0.02; done
        """
      let child = try site.drain(
        "stock", ["--jobs", "2", "--grace", "3s"], ["sh", "-c", script])
      try until("both run") { site.lines("started").count == 2 }
      child.send(SIGTERM)
      try site.folder.write("", to: "go")
      try until("the first is done") { site.names("cur") == ["\(ids[1]).json.drain"] }
      #expect(child.wait() == 75)
      #expect(site.names("new") == ["\(ids[1]).json", "\(ids[2]).json"])
      #expect(site.names("cur") + site.names("retry") + site.names("failed") == [])
      #expect(site.folder.text("log/drain.log").contains("1 done, 1 put back"))
      for line in site.lines("started") {
        #expect(!isAlive(String(line.split(separator: " ")[1])))
      }
    }
  }

  @Test func `following, it does what comes at once, and ends with 0 when it is stopped`() throws {
    try ImporterSite.open { site in
      let child = try site.drain(
        "stock", ["--follow"], ["sh", "-c", "cat >\(site.folder.path)/out; exit 0"])
      for number in 1...3 {
        try site.add("\(number)")
        try until("task \(number) is done") { site.names("new") + site.names("cur") == [] }
        #expect(site.folder.text("out").contains("\"body\":\(number)}"))
      }
      child.send(SIGTERM)
      #expect(child.wait() == 0)
    }
  }

  @Test func `several drains side by side run each task once`() throws {
    try ImporterSite.open { site in
      let ids = try (1...200).map { try site.add("\($0)") }
      let script = "echo $LEVELWIND_ID >>\(site.folder("runs").path)"
      let children = try (1...4).map {
        try site.drain("stock", ["--jobs", "2"], ["sh", "-c", script], log: "drain-\($0)")
      }
      for child in children { #expect(child.wait(120) == 0) }
      #expect(site.lines("runs").sorted() == ids)
      for directory in ["new", "cur", "retry", "failed"] { #expect(site.names(directory) == []) }
    }
  }

  @Test func `a batch is compact lines to one command, and the rest is a smaller one`() throws {
    try ImporterSite.open { site in
      for number in 1...7 { try site.add("{ \"n\" :\n\(number) }") }
      let out = site.folder("out").path
      let result = try site.task(
        "drain", "stock", "--batch", "3", "--ndjson", "--stdin", "body", "--",
        "sh", "-c", "echo batch of $LEVELWIND_TASKS >>\(out); cat >>\(out)")
      #expect(result.status == 0)
      #expect(
        site.lines("out") == [
          "batch of 3", #"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#, "batch of 3", #"{"n":4}"#,
          #"{"n":5}"#, #"{"n":6}"#, "batch of 1", #"{"n":7}"#,
        ])
    }
  }

  @Test func `what a killed drain was at is left alone while its command lives, then tried again`()
    throws
  {
    try ImporterSite.open { site in
      let id = try site.add()
      let script = "echo $$ >>\(site.folder("runs").path); exec sleep 1000"
      let first = try site.drain("stock", [], ["sh", "-c", script])
      try until("it runs") { site.lines("runs").count == 1 }
      first.send(SIGKILL)
      _ = first.wait()
      func next() throws -> Tool.Result {
        try site.task(
          "drain", "stock", "--", "sh", "-c",
          "echo attempt $LEVELWIND_ATTEMPT >>\(site.folder("runs").path)")
      }
      #expect(try next().status == 0)
      #expect(site.names("cur") == ["\(id).json.drain"])
      #expect(site.lines("runs").count == 1)
      let command = try #require(pid_t(site.lines("runs")[0]))
      kill(command, SIGKILL)
      try until("the command is gone") { !isAlive("\(command)") }
      let last = try next()
      #expect(last.status == 0)
      #expect(last.errors.contains("its claim was abandoned: back in new/"))
      #expect(site.lines("runs").last == "attempt 2")
      for directory in ["new", "cur", "retry"] { #expect(site.names(directory) == []) }
    }
  }

  @Test func `a foreign claim is taken back when its lease is over, and never without one`() throws
  {
    try ImporterSite.open { site in
      let id = try site.add()
      let claimed = site.folder("spool/stock/cur/\(id).json")
      #expect(rename(site.folder("spool/stock/new/\(id).json").path, claimed.path) == 0)
      let runs = "echo attempt $LEVELWIND_ATTEMPT >>\(site.folder("runs").path)"
      for lease in [[], ["--lease", "1h"]] {
        let child = try site.drain("stock", lease, ["sh", "-c", runs])
        #expect(child.wait() == 0)
        #expect(site.names("cur") == ["\(id).json"])
      }
      let child = try site.drain("stock", ["--lease", "1ms"], ["sh", "-c", runs])
      #expect(child.wait() == 0)
      #expect(site.lines("runs") == ["attempt 2"])
      #expect(site.names("cur") + site.names("retry") == [])
    }
  }

  @Test func `a poison task fails alone, and says why`() throws {
    try ImporterSite.open { site in
      var ids: [String] = []
      for number in 1...30 { ids.append(try site.add(number == 13 ? "poison" : "{}", type: "x/y")) }
      let child = try site.drain(
        "stock", ["--stdin", "body", "--jobs", "3", "--max-attempts", "1"],
        ["sh", "-c", "if grep -q poison; then echo no such item >&2; exit 1; fi"])
      #expect(child.wait() == 1)
      #expect(site.names("failed") == ["\(ids[12]).json", "\(ids[12]).json.reason"])
      #expect(
        site.folder.text("spool/stock/failed/\(ids[12]).json.reason")
          == "exit status 1, after one attempt\nno such item\n")
      #expect(site.names("new") + site.names("cur") + site.names("retry") == [])
    }
  }

  private func isAlive(_ process: String) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status.map { !$0.contains(") Z ") } ?? false
  }
}
