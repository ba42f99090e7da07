import Bytes
import Foundation
import Spooling
import Testing
import Verification

@testable import Webhooks

/// jq programs, run as filters and expressions are.
@Suite struct JQProgramTests {
  static let limits = JQLimits(deadline: .now + .seconds(600), growth: 256 << 20)

  /// Returns the outputs as JSON, each on a line.
  static func run(
    _ source: String, _ document: String = "null", limits: JQLimits = Self.limits
  ) throws -> [String] {
    let program = try JQProgram(source, most: 100)
    var outputs: [String] = []
    try program.run(try JQValue.read([Array(document.utf8)]), within: limits) {
      outputs.append($0.shortText)
    }
    return outputs
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String { source }
    let source: String
    var document = "null"
    let outputs: [String]
  }

  static let cases = [
    Case(source: ".a", document: #"{"a":[1,{"b":"é"}]}"#, outputs: [#"[1,{"b":"é"}]"#]),
    Case(source: "1, 2, empty, null", outputs: ["1", "2", "null"]),
    Case(source: "def f: 2; f # no newline behind it", outputs: ["2"]),
    Case(source: #""aBc" | test("b"; "i"), [scan("[a-z]")]"#, outputs: ["true", #"["a","c"]"#]),
    Case(
      source: #""a-b" | sub("-"; "+"), gsub("[ab]"; "x"), [splits("-")], split("-"; null)"#,
      outputs: [#""a+b""#, #""x-x""#, #"["a","b"]"#, #"["a","b"]"#]),
    Case(
      source: #""ab" | match("b").offset, capture("(?<x>b)"), ("ab" * 2)"#,
      outputs: ["1", #"{"x":"b"}"#, #""abab""#]),
    Case(
      source:
        #""é, b" | gsub(", *"; ";"), [scan("^é|b$")], sub("x*"; "y"), [match("é"; "g").offset]"#,
      outputs: [#""é;b""#, #"["é","b"]"#, #""yé, b""#, "[0]"]),
    Case(
      source: #""a.b" | indices("."), index(""), rindex("b"), indices("")"#,
      outputs: ["[1]", "null", "2", "[]"]),
    Case(
      source: #"1790000000 | todate, (gmtime | mktime), strftime("%Y"), (todate | fromdate)"#,
      outputs: [#""2026-09-21T14:13:20Z""#, "1790000000", #""2026""#, "1790000000"]),
    Case(
      source: #"7 % 3, ("1.5" | tonumber), ("[1]" | fromjson)"#, outputs: ["1", "1.5", "[1]"]),
    Case(source: "6 * 7, ({a: 1} * {b: 2})", outputs: ["42", #"{"a":1,"b":2}"#]),
    Case(source: "[65, 955] | implode", outputs: [#""Aλ""#]),
    Case(
      source: "env, $ENV, input_filename, input_line_number", outputs: ["{}", "{}", "null", "0"]),
    Case(source: "1 | debug | stderr", outputs: ["1"]),
    Case(source: "try error({a: 1}) catch .a", outputs: ["1"]),
    Case(source: "label $out | 1, break $out, 2", outputs: ["1"]),
  ]

  @Test(arguments: cases)
  func `programs do what jq does, without an environment`(_ one: Case) throws {
    #expect(try Self.run(one.source, one.document) == one.outputs)
  }

  static let refused = [
    #""é" | gsub(" *"; "")"#, #""é" | [match("\\b"; "g")]"#, #""é" | [splits("")]"#,
    #""é" | [scan("(?=x)")]"#, #""é" | [match(["a?", "g"])]"#, "1e400 | todate",
    #"1e18 | strftime("%Y")"#, "0 | strftime(1)", "[1e18, 1, 1, 1, 1, 1, 1, 1] | mktime",
    "1e19 % -1", #""nan" | tonumber"#, #""[nan]" | fromjson"#, "nan", "jn(1e18; 1)",
    "input", "[inputs]", "halt", "halt_error", #""x" | halt_error(1)"#, #""a" | modulemeta"#,
    "get_search_list", #"["a"] | implode"#, "[-1] | implode", #""ab" * 1000000 | length"#,
    #"[range(5000) | "a"] | add | test("b")"#,
    #"[range(5000) | "a"] | add | _match_impl("b"; null; true)"#,
    #"[range(5000) | "a"] | add | [splits("b")]"#, #"[range(5000) | "a"] | add | gsub("b"; "")"#,
    #"[range(5000) | "a"] | add | capture("b")"#, #"[range(5000) | "a"] | add | split("b"; null)"#,
  ]

  @Test(arguments: refused)
  func `what could end or hang the process is an error`(_ source: String) throws {
    #expect {
      try Self.run(source)
    } throws: { error in
      if case JQFailure.error = error { true } else { false }
    }
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var testDescription: String { source }
    let source: String
    let message: String
  }

  static let wrong = [
    Wrong(
      source: ".a.b |", message: "syntax error, unexpected $end in its line 1: .a.b |"),
    Wrong(source: "foo(1)", message: "foo/1 is not defined in its line 1: foo(1)"),
    Wrong(
      source: ".a\n| foo (", message: "syntax error, unexpected $end in its line 2: | foo ("),
    Wrong(
      source: #"import "a" as a; ."#,
      message: #"syntax error, unexpected import in its line 1: import "a" as a; ."#),
    Wrong(source: "", message: "syntax error, unexpected $end: there is no program"),
    Wrong(
      source: "$a | b",
      message: "$a is not defined in its line 1: $a | b; "
        + "b/0 is not defined in its line 1: $a | b"),
    Wrong(source: "1 \u{0} 2", message: "no program"),
  ]

  @Test(arguments: wrong)
  func `a syntax error is in jq's words, with the program's own lines`(_ one: Wrong) {
    #expect {
      try JQProgram(one.source)
    } throws: {
      ($0 as? JQSyntaxError)?.message == one.message
    }
  }

  static let endless = [
    "repeat(1) | empty", "def f: f; f", "[limit(1; repeat(empty))]", "last(range(1e18))",
    #""a" | until(false; .)"#, "path(..) | repeat(1) | empty",
    "[[1, 2]] | .[][] |= last(repeat(1))",
    "[1, [2]] | first(paths | select(repeat(1) | empty))", "[1, 2] | path(.[] | repeat(.)) | empty",
  ]

  @Test func `a catch in the program makes no more outputs than asked for`() throws {
    let program = try JQProgram("(try . catch null) == 1", most: 1)
    var outputs: [String] = []
    try program.run(try JQValue.read([Array("1".utf8)]), within: Self.limits) {
      outputs.append($0.shortText)
    }
    #expect(outputs == ["true"])
  }

  @Test(arguments: [
    "paths", "path(..)", "first(paths)", "limit(2; paths)", "path(.[])", "[paths]", ".[] |= 1",
    "any(paths; true)", "path(.[] | error(1))", "try path(.[] | error(1)) catch 3",
    "path(.[] | ., .) | error(2)", "label $f | path(.[]) | break $f", "getpath(paths)", "del(.[])",
    "path(first(.[] | select(. > 1)))", "to_entries", "leaf_paths",
  ])
  func `a program may be stopped within its paths`(_ source: String) throws {
    for most in [1, 2, 100] {
      let program = try JQProgram(source, most: most)
      let document = try JQValue.read([Array("[1, [2, {\"a\": [3, 4]}]]".utf8)])
      for _ in 0..<3 { try? program.run(document, within: Self.limits) { _ in } }
    }
  }

  @Test(arguments: endless)
  func `a program without an end is stopped, and works again afterwards`(_ source: String) throws {
    let program = try JQProgram("if . then \(source) else 7 end")
    let start = ContinuousClock.now
    #expect {
      try program.run(try JQValue.read([Array("true".utf8)]), within: Self.limits) { _ in }
    } throws: { error in
      if case JQFailure.stopped = error { true } else { false }
    }
    #expect(ContinuousClock.now - start < .seconds(30))
    var outputs: [String] = []
    try program.run(try JQValue.read([Array("false".utf8)]), within: Self.limits) {
      outputs.append($0.shortText)
    }
    #expect(outputs == ["7"])
  }

  @Test(arguments: [
    "[range(1e12)]", #""aaaaaaaaaaaaaaaa" | until(false; . + .)"#, "[1] | until(false; . + .)",
  ])
  func `a program that takes all memory is stopped`(_ source: String) throws {
    #expect {
      try Self.run(source)
    } throws: { error in
      if case JQFailure.stopped = error { true } else { false }
    }
  }

  @Test func `what libjq holds is counted, on the thread that runs it`() throws {
    let asked = Counter()
    var limits = Self.limits
    limits.reserve = { _ in asked.count() }
    #expect(try Self.run("[range(1000000)] | length", limits: limits) == ["1000000"])
    // The program needs at least 16 MiB, and asks for four at a time.
    #expect(asked.value >= 4)
    let few = JQLimits(deadline: .now + .seconds(600), growth: 8 << 20)
    #expect {
      try Self.run("[range(1000000)] | length", limits: few)
    } throws: { error in
      if case JQFailure.stopped(let reason) = error { reason.contains("memory") } else { false }
    }
  }

  @Test func `where others hold the memory, it is nobody's fault`() throws {
    var limits = Self.limits
    limits.held = 1 << 20
    limits.reserve = { bytes throws(Rejection) in
      if bytes > 16 << 20 { throw .unavailable(check: "max_inflight", "taken") }
    }
    #expect(try Self.run("[range(1000)] | length", limits: limits) == ["1000"])
    #expect {
      try Self.run("[range(1000000)] | length", limits: limits)
    } throws: { error in
      if case JQFailure.late = error { true } else { false }
    }
  }

  @Test func `a program is not stopped for what others do meanwhile`() throws {
    // The other threads use more processor time and memory than a program may.
    let isOver = Counter()
    let threads = (0..<16).map { number in
      let thread = Thread {
        let memory = [UInt8](repeating: 1, count: number == 0 ? 150 << 20 : 1)
        var sum = 0
        while isOver.value == 0 { sum &+= Int(memory[0]) }
      }
      thread.start()
      return thread
    }
    defer { isOver.count() }
    #expect(threads.count == 16)
    let limits = JQLimits(deadline: .now + .seconds(600), growth: 64 << 20)
    #expect(try Self.run("last(range(700000))", limits: limits) == ["699999"])
  }

  @Test func `what is longer than libjq can count is an error`() throws {
    // The memory is never touched, so it takes no room.
    let long = [UInt8](unsafeUninitializedCapacity: 1 << 31) { _, count in count = 1 << 31 }
    #expect {
      try JQValue.read([long])
    } throws: { error in
      (error as? JQValue.Unreadable)?.reason == "it is longer than 2147483647 bytes"
    }
  }

  @Test func `what a text takes in quotes is reserved before it is put in them`() throws {
    let most = Counter()
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "filter: .data.body != null\n",
      "webhooks/a.yaml": "incoming: stock\npre_processors: []\n",
    ])
    let request = Request(
      method: "POST", path: Array("/webhook/a".utf8),
      body: [UInt8](repeating: 1, count: 100_000), remote: "192.0.2.7")
    _ = Judge.decide(
      request, Arrivals().next(at: Date()), try #require(files.load().snapshot)
    ) { bytes in
      // The document is reserved as it came and in quotes, and again as jq reads it.
      if bytes >= 700_000 { most.count() }
      if bytes >= 1_800_000 { most.count() }
    }
    #expect(most.value >= 3)
  }

  @Test(arguments: ["a*a*[^a]x*x*$", "(a+)+$b", "(a|aa)+$b", "(a*)*(a*)*(a*)*$b"])
  func `a regular expression that backtracks without an end fails`(_ pattern: String) throws {
    let start = ContinuousClock.now
    // Nothing can stop the expression, so it must end by itself, with or without a result.
    _ = try? Self.run(#"[range(4096) | "a"] | add | test("\#(pattern)")"#)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func `without time left, nothing runs, and it is nobody's fault`() throws {
    let limits = JQLimits(deadline: .now - .seconds(1), growth: 1 << 30)
    #expect {
      try Self.run("1", limits: limits)
    } throws: { error in
      if case JQFailure.late = error { true } else { false }
    }
    let soon = JQLimits(deadline: .now + .milliseconds(100), growth: 1 << 30)
    #expect {
      try Self.run("repeat(1) | empty", limits: soon)
    } throws: { error in
      if case JQFailure.late = error { true } else { false }
    }
  }

  @Test func `one program runs on many threads at once`() throws {
    let program = try JQProgram(
      #".n as $n | [range(300) | {k: (. * $n | tostring)}] | length * $n"#)
    let wrong = Counter()
    DispatchQueue.concurrentPerform(iterations: 16) { number in
      for _ in 0..<20 {
        var output: String?
        try? program.run(
          try JQValue.read([Array(#"{"n":\#(number)}"#.utf8)]), within: Self.limits
        ) { output = $0.shortText }
        if output != "\(number * 300)" { wrong.count() }
      }
    }
    #expect(wrong.value == 0)
  }

  @Test func `the same text is compiled once while it is in use`() throws {
    let source = "\"\(UUID())\""
    var first: JQProgram? = try JQProgram.reading(source)
    #expect(try JQProgram.reading(source) === first)
    weak let old = first
    first = nil
    #expect(old == nil)
    _ = try JQProgram.reading(source)
  }

  @Test func `documents come in parts, and what libjq refuses is said`() throws {
    let parts = [#"{"a":"#, "", #"[1,"\u00"#, #"e9 é"]}"#, "\n"].map { Array($0.utf8) }
    #expect(try JQValue.read(parts).shortText == #"{"a":[1,"é é"]}"#)
    #expect {
      try JQValue.read([Array("{\"a\":1,\n \"b\":\"\\ud800\"}".utf8)])
    } throws: { error in
      let unreadable = error as? JQValue.Unreadable
      return unreadable?.reason.contains("surrogate pair") == true
    }
    #expect(throws: JQValue.Unreadable.self) { try JQValue.read([Array("{".utf8)]) }
    #expect(throws: JQValue.Unreadable.self) { try JQValue.read([]) }
  }
}
