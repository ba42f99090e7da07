import Foundation
import Testing

@testable import Webhooks

/// Examples as tests of a configuration.
@Suite struct ExampleTests {
  private static let now = ConfigurationFiles.now
  private static let request = """
    POST /webhook/shop HTTP/1.1
    X-Secret: for-tests-only-1
    Content-Type: application/json

    {"id": 4711, "lines": [{"n": 1}, {"n": 2}]}
    """
  private static let files = [
    "incoming/orders.yaml": "filter: .data.body.id != null\n",
    "incoming/lines.yaml": "parser: {type: json, items: '.data.body.lines[]'}\ntype: '\"line\"'\n",
    "incoming/records.yaml": "parser: {type: csv}\nfilter: .data.body.csv\n",
    "webhooks/shop.yaml": """
    incoming: orders
    additional_incoming: [lines, records]
    pre_processors: [{type: header, name: X-Secret, secrets: [{secret: shop}]}]
    """,
    "test-secrets/shop": "for-tests-only-1\n",
    "tests/shop/order.http": request,
  ]

  /// Returns the lines of what isn't as expected.
  private static func problems(
    _ expected: String, _ more: [String: String] = [:], name: String = "order"
  ) throws -> [String] {
    let written = try ConfigurationFiles(
      files.merging(["tests/shop/order.yaml": expected]) { $1 }.merging(more) { $1 })
    let examples = Examples(directory: written.path, now: now)
    #expect(examples.problems.isEmpty)
    let example = try #require(examples.all.first { $0.name == name })
    return examples.run(example, now: now).problems.map(\.description)
  }

  @Test func `an example that is as expected passes, without the real secret`() throws {
    #expect(
      try Self.problems(
        """
        verdict: accepted
        status: 200
        incoming: [lines, orders]
        tasks: 3
        subject: orders
        assert: .data.headers["x-secret"] == null
        """
      ) == [
        "tests/shop/order.yaml:5:10: subject: expected orders, was lines",
        "tests/shop/order.yaml:5:10: subject: expected orders, was lines",
      ])
    #expect(try Self.problems("verdict: accepted\n") == [])
  }

  static let differences: [(expected: String, problem: String)] = [
    (
      "verdict: rejected",
      "tests/shop/order.yaml:1:10: verdict: expected rejected, was accepted"
    ),
    (
      "verdict: accepted\ncheck: header",
      "tests/shop/order.yaml:2:8: check: expected header, was none"
    ),
    (
      "verdict: accepted\nstatus: 202",
      "tests/shop/order.yaml:2:9: status: expected 202, was 200"
    ),
    (
      "verdict: accepted\nincoming: [orders]",
      "tests/shop/order.yaml:2:11: incoming: expected tasks for orders, there are some for lines, orders"
    ),
    (
      "verdict: accepted\nfailed: [records]",
      "tests/shop/order.yaml:2:9: failed: expected records, was none"
    ),
    ("verdict: accepted\ntasks: 2", "tests/shop/order.yaml:2:8: tasks: expected 2, was 3"),
    (
      "verdict: accepted\ntype: line",
      "tests/shop/order.yaml:2:7: type: expected line, was levelwind.task"
    ),
    (
      "verdict: acepted",
      "tests/shop/order.yaml:1:10: verdict: expected one of accepted, answered, rejected, found "
        + "\"acepted\" (did you mean \"accepted\"?)"
    ),
    (
      "verdict: accepted\ntaks: 3",
      "tests/shop/order.yaml:2:1: taks: unknown key, expected one of verdict, check, status, "
        + "incoming, failed, tasks, type, subject, assert, at, public_url, remote (did you mean "
        + "\"tasks\"?)"
    ),
    ("- 1", "tests/shop/order.yaml:1:1: expected a mapping, what is expected, found a list"),
    (
      "{",
      "tests/shop/order.yaml:2:1: not YAML: did not find expected node content (while parsing a flow "
        + "node in line 2)"
    ),
    (
      "verdict: accepted\nassert: .data.body | error(\"no\")",
      "tests/shop/order.yaml:2:9: assert: jq: no"
    ),
  ]

  @Test(arguments: differences)
  func `each difference is told at the key that expects something else`(
    _ expected: String, _ problem: String
  ) throws {
    #expect(try Self.problems(expected + "\n").first == problem)
  }

  @Test func `an assertion that isn't true shows the task`() throws {
    let found = try Self.problems("verdict: accepted\nassert: .data.body.id == 4712\n")
    #expect(found.count == 3)
    #expect(found[0].hasPrefix("tests/shop/order.yaml:2:9: assert: isn't true of task {"))
  }

  @Test func `a refusal says by which check, and an assertion without a task fails`() throws {
    let wrong = ["test-secrets/shop": "for-tests-only-2\n"]
    #expect(
      try Self.problems("verdict: accepted\n", wrong) == [
        "tests/shop/order.yaml:1:10: verdict: expected accepted, was rejected by header: header "
          + "X-Secret equals no secret that is in use"
      ])
    #expect(
      try Self.problems("verdict: rejected\ncheck: header\nstatus: 401\n", wrong) == [])
    #expect(
      try Self.problems("verdict: rejected\nassert: 'true'\n", wrong) == [
        "tests/shop/order.yaml:2:9: assert: there is no task to look at"
      ])
  }

  @Test func `a parser that fails is a difference, unless it is expected`() throws {
    let broken = ["incoming/records.yaml": "filter: error(\"no\")\n"]
    let found = try Self.problems("verdict: accepted\n", broken)
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix(
        "tests/shop/order.yaml:1:1: failed: expected none, was records; records: ")
        == true)
    #expect(try Self.problems("verdict: accepted\nfailed: [records]\n", broken) == [])
  }

  @Test func `files that can't be read are problems`() throws {
    #expect(
      try Self.problems("verdict: accepted\n", ["tests/shop/order.http": "hello\n"]) == [
        "tests/shop/order.http: isn't an HTTP/1.1 request: the first line isn't a request line such "
          + "as POST /hook HTTP/1.1"
      ])
    let broken = try Self.problems(
      "verdict: accepted\n", ["webhooks/shop.yaml": "incoming: order\n"])
    #expect(broken.count == 2)
    #expect(broken.last?.hasPrefix("webhooks/shop.yaml:1:11: incoming: ") == true)
  }

  @Test func `a file without its pair and a folder without a webhook are told`() throws {
    let written = try ConfigurationFiles(
      Self.files.merging([
        "tests/shop/refund.yaml": "", "tests/shop/late.yml": "", "tests/shpo/a.http": "",
        "tests/.git/a.http": "",
      ]) { $1 })
    let examples = Examples(directory: written.path, now: Self.now)
    #expect(examples.all.isEmpty)
    #expect(
      examples.problems.map(\.description) == [
        "tests/shop/late.yml: expected a name that ends in .yaml (did you mean \"late.yaml\"?)",
        "tests/shop/order.http: order.yaml, with what is expected of it, is missing",
        "tests/shop/refund.yaml: refund.http, the request, is missing",
        "tests/shpo: there is no such webhook (did you mean \"shop\"?)",
      ])
  }

  @Test func `the examples of a disabled webhook are skipped`() throws {
    let written = try ConfigurationFiles(
      Self.files.merging([
        "tests/shop/order.yaml": "verdict: rejected\n",
        "webhooks/shop.yaml": "disabled: true\n" + (Self.files["webhooks/shop.yaml"] ?? ""),
      ]) { $1 })
    let examples = Examples(directory: written.path, now: Self.now)
    let result = examples.run(try #require(examples.all.first), now: Self.now)
    #expect(result.isSkipped)
    #expect(result.problems.isEmpty)
  }

  @Test func `where tests are required, a webhook whose example fails keeps its last version`()
    throws
  {
    let written = try ConfigurationFiles(
      Self.files.merging([
        "secrets/shop": "a-real-secret-of-the-shop\n",
        "levelwind.yaml": "tests: required\n",
        "tests/shop/order.yaml": "verdict: accepted\ntasks: 3\n",
      ]) { $1 })
    func load(_ previous: Snapshot?) -> Loading {
      written.load(previous)
        .refusingFailures(in: written.path, previous: previous, now: Self.now)
    }
    let first = try #require(load(nil).snapshot)
    #expect(first.refusedFiles == [])
    try written.write("filter: .data.body.other\n", to: "incoming/orders.yaml")
    try written.write(
      "name: New\n" + (Self.files["webhooks/shop.yaml"] ?? ""), to: "webhooks/shop.yaml")
    let second = load(first)
    let shop = try #require(Identifier("shop"))
    #expect(second.snapshot?.webhooks[shop]?.webhook?.name == "shop")
    #expect(
      second.problems.map(\.description) == [
        "webhooks/shop.yaml: tests/shop/order fails (levelwind test shop): "
          + "tests/shop/order.yaml:2:8: tasks: expected 3, was 2"
      ])
    #expect(second.snapshot?.refusedFiles == ["webhooks/shop.yaml"])
    #expect(load(nil).snapshot?.webhooks[shop]?.word == "broken", "at a start")
    try written.write("tests: optional\n", to: "levelwind.yaml")
    #expect(load(first).snapshot?.webhooks[shop]?.webhook?.name == "New")
  }
}
