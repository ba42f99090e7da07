import Bytes
import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Importing

@Suite struct CommandTests {
  /// Runs a shell over the first task of `stock`.
  private func run(
    _ script: String, in site: ImporterSite, input: Command.Input = .task, isLines: Bool = false,
    timeout: Duration? = .seconds(60), stop: StopRequest? = nil
  ) throws -> Outcome {
    let claims = try site.spool().places(in: .new).compactMap { try site.spool().claim($0) }
    defer { for claim in claims { try? claim.release() } }
    let command = Command(
      ["sh", "-c", script, "sh", site.folder("out").path], input: input, isLines: isLines,
      timeout: timeout)
    return command.run(claims, until: try stop ?? StopRequest())
  }

  static let statuses: [(script: String, outcome: Outcome)] = [
    ("exit 0", .done),
    ("exit 75", .later("exit status 75")),
    ("echo why >&2; exit 65", .never("exit status 65\nwhy\n")),
    ("exit 1", .again("exit status 1")),
    ("exit 127", .again("exit status 127")),
    ("kill -9 $$", .again("killed by signal 9")),
    ("yes | head -c 10000 >&2; echo end >&2; exit 1", .again("")),
  ]

  @Test(arguments: statuses.indices)
  func `the exit status says what becomes of the task`(_ row: Int) throws {
    try ImporterSite.open { site in
      try site.add()
      let (script, expected) = Self.statuses[row]
      let outcome = try run(script, in: site)
      if expected != .again("") { return #expect(outcome == expected) }
      guard case .again(let reason, _) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(reason.hasSuffix("y\nend\n"))
      #expect(reason.utf8.count < ErrorTail.limit + 20)
    }
  }

  @Test func `the command reads the task, and finds what it is about in its environment`() throws {
    try ImporterSite.open { site in
      let id = try site.add("[1, 2]", senderDelivery: "s-1")
      let script = """
        cat > $1; echo "$LEVELWIND_ID $LEVELWIND_WEBHOOK $LEVELWIND_INCOMING \
        $LEVELWIND_SENDER_DELIVERY $LEVELWIND_ATTEMPT $LEVELWIND_TASKS \
        $TRACEPARENT $TRACESTATE" > $1.env
        cmp "$LEVELWIND_FILE" $1
        """
      #expect(try run(script, in: site) == .done)
      #expect(try site.folder.bytes("out") == site.folder.bytes("spool/stock/new/\(id).json"))
      let trace = ImporterSite.trace
      let state = String(decoding: trace.state, as: UTF8.self)
      #expect(
        site.folder.text("out.env") == "\(id) erp stock s-1 1 1 \(trace.parent) \(state)\n")
    }
  }

  @Test(arguments: [
    (body: "{ \"a\" :1}", type: "application/json"), (body: "é\r\n\"", type: "text/plain"),
    (body: "a\u{0}b", type: "x/y"), (body: "", type: ""),
  ])
  func `the command reads the exact body, if asked`(_ body: String, _ type: String) throws {
    try ImporterSite.open { site in
      try site.add(body, type: type)
      #expect(try run("cat > $1", in: site, input: .body) == .done)
      #expect(try site.folder.bytes("out") == Array(body.utf8))
    }
  }

  @Test(arguments: [#""traceparent":"00-1""#, #""another":1"#])
  func `without a valid trace the command has none, not even the drain's own`(member: String)
    throws
  {
    try ImporterSite.open { site in
      let id = try site.add("{}")
      let file = site.folder("spool/stock/new/\(id).json")
      let text = try String(contentsOf: file, encoding: .utf8)
      let parent = #""traceparent":"\#(ImporterSite.trace.parent)""#
      try text.replacing(parent, with: member).write(to: file, atomically: false, encoding: .utf8)
      let task = try #require(try site.spool().claim(TaskPlace(.new, "\(id).json")))
      let environment = CommandEnvironment(
        [task], isLines: false, basis: ["TRACEPARENT": "a", "TRACESTATE": "b", "C": "d"])
      #expect(environment.variables["C"] == "d" && environment.variables["LEVELWIND_ID"] == id)
      #expect(environment.variables["TRACEPARENT"] == nil)
      #expect(environment.variables["TRACESTATE"] == nil)
    }
  }

  @Test func `many tasks are a line each`() throws {
    try ImporterSite.open { site in
      for body in ["{ \"a\" :\n1}", "[\"b  c\"]"] { try site.add(body) }
      try site.add("text\n", type: "text/plain")
      #expect(try run("cat > $1", in: site, input: .body, isLines: true) == .done)
      #expect(site.folder.text("out") == "{\"a\":1}\n[\"b  c\"]\n\"text\\n\"\n")
      #expect(try run("cat > $1", in: site, isLines: true) == .done)
      #expect(site.lines("out").count == 3)
    }
  }

  @Test func `a file that isn't a task fails at once where its body is wanted`() throws {
    try ImporterSite.open { site in
      try site.folder.write("hello", to: "spool/stock/new/x.json")
      let never = Outcome.never("the file isn't a task document")
      #expect(try run("cat", in: site, input: .body) == never)
      #expect(try run("cat", in: site, isLines: true) == never)
      #expect(try run("cat > $1", in: site) == .done)
      #expect(site.folder.text("out") == "hello")
    }
  }

  @Test func `a command has three descriptors, no blocked signal and a group of its own`() throws {
    try ImporterSite.open { site in
      try site.add()
      // A descriptor that the program would inherit.
      let open = Foundation.open("/dev/null", O_RDONLY)
      defer { close(open) }
      let script = """
        for fd in /proc/$$/fd/*; do [ ! -e $fd ] || echo ${fd##*/} >> $1; done
        grep SigBlk /proc/self/status >> $1
        test "$(cut -d' ' -f5 /proc/$$/stat)" = $$ && echo group >> $1; kill -PIPE $$
        """
      #expect(try run(script, in: site) == .again("killed by signal 13"))
      #expect(site.lines("out") == ["0", "1", "2", "SigBlk:\t0000000000000000", "group"])
    }
  }

  @Test func `over its time, the whole process group is killed`() throws {
    try ImporterSite.open { site in
      try site.add()
      let outcome = try run(
        "sh -c 'sleep 1000' & echo $! > $1; echo waiting >&2; wait", in: site,
        timeout: .milliseconds(500))
      #expect(outcome == .again("killed, since it ran for more than 0.5 seconds\nwaiting\n"))
      let child = try #require(Int32(site.lines("out")[0]))
      try until("the child is gone") { kill(child, 0) == -1 || isZombie(child) }
    }
  }

  @Test func `what does not listen to SIGTERM is killed five seconds later`() throws {
    try ImporterSite.open { site in
      try site.add()
      // The script ends by itself, so that nothing stays behind where the kill fails.
      let script = "trap '' TERM; for i in $(seq 300); do sleep 0.1; done"
      let start = ContinuousClock.now
      let outcome = try run(script, in: site, timeout: .milliseconds(200))
      #expect(outcome == .again("killed, since it ran for more than 0.2 seconds"))
      #expect(ContinuousClock.now - start < .seconds(25))
    }
  }

  @Test func `asked to stop, it has until the deadline, and then nothing is held against the task`()
    throws
  {
    try ImporterSite.open { site in
      try site.add()
      let stop = try StopRequest()
      stop.request(by: .now + .milliseconds(200))
      // Like many programs, the script exits 0 when it is told to end.
      let script = "trap 'exit 0' TERM; echo > $1; while :; do sleep 0.1; done"
      #expect(try run(script, in: site, stop: stop) == .released)
      let later = try StopRequest()
      later.request(by: .now + .seconds(60))
      #expect(try run("exit 0", in: site, stop: later) == .done)
      // A service manager ends the program together with the drain.
      #expect(try run("kill -TERM $$", in: site, stop: later) == .released)
    }
  }

  @Test func `a program that isn't there is nobody's fault but the command's`() throws {
    try ImporterSite.open { site in
      try site.add()
      let spool = try site.spool()
      let place = try #require(try spool.places(in: .new).first)
      let claim = try #require(try spool.claim(place))
      let command = Command(["/nowhere/x"], input: .task, isLines: false, timeout: nil)
      let outcome = command.run([claim], until: try StopRequest())
      #expect(outcome == .impossible("can't run /nowhere/x: No such file or directory"))
    }
  }

  @Test func `while the command lives its task is locked, also when its drain is gone`() throws {
    try ImporterSite.open { site in
      let id = try site.add()
      let spool = try site.spool()
      let place = try #require(try spool.places(in: .new).first)
      var claim = try spool.claim(place)
      let descriptor = try #require(claim?.descriptor)
      let process = try ChildProcess(
        ["sleep", "1000"], environment: ProcessInfo.processInfo.environment, input: descriptor)
      claim = nil
      #expect(try spool.takeBack(maxAttempts: 9, lease: nil, now: Date()).returned.isEmpty)
      let stop = try StopRequest()
      stop.request(by: .now)
      #expect(process.wait(timeout: nil, until: stop).wasStopped)
      // A program that another test starts at this moment holds the lock, too, until its exec.
      try until("it is taken back") {
        try spool.takeBack(maxAttempts: 9, lease: nil, now: Date()).returned == ["\(id).json"]
      }
    }
  }

  private func isZombie(_ process: Int32) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.contains(") Z ") ?? true
  }

  @Test func `a quiet command has the folder and the environment that it was given, and no more`()
    throws
  {
    try ImporterSite.open { site in
      let id = try site.add()
      let said = Mutex("")
      var command = Command(
        ["/bin/sh", "-c", "pwd; env | sort; echo why >&2"], input: .task, isLines: false,
        timeout: .seconds(60))
      command.directory = site.folder("spool").resolvingSymlinksInPath().path
      command.environment = ["PATH": "/usr/bin:/bin", "A": "b c"]
      command.said = { claim, text in said.withLock { $0 = "\(claim.place.id) \(text)" } }
      let place = try #require(try site.spool().places(in: .new).first)
      let claim = try #require(try site.spool().claim(place))
      #expect(command.run([claim], until: try StopRequest()) == .done)
      let lines = said.withLock { $0 }.split(separator: "\n").map(String.init)
      #expect(lines.first == "\(id) \(command.directory ?? "")")
      #expect(lines.last == "why")
      let names = Set(lines.dropFirst().dropLast().map { $0.prefix { $0 != "=" } })
      #expect(
        names.filter { !$0.hasPrefix("LEVELWIND_") }.sorted()
          == ["A", "PATH", "PWD", "TRACEPARENT", "TRACESTATE"])
      #expect(names.contains("LEVELWIND_ID"))

      command.directory = "/nonexistent"
      #expect(
        command.run([claim], until: try StopRequest())
          == .impossible("can't run /bin/sh in /nonexistent: No such file or directory"))
      try claim.release()
    }
  }
}
