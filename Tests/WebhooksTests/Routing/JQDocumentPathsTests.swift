import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Verification
@testable import Webhooks

/// The paths of a filter that are reported to lead nowhere. A missed one is better than a false
/// one.
@Suite struct JQDocumentPathsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let program: String
    var strays: [String] = []
    var testDescription: String { program }
  }

  static let cases = [
    Case(program: #".body.entity == "stock""#, strays: [".body → .data.body"]),
    Case(program: #".data.body.entity == "stock""#),
    Case(program: #".entity == "stock""#, strays: [".entity → .data.body.entity"]),
    Case(
      program: #".webhok == "a" or .wehbook == "b""#,
      strays: [".webhok → .webhook", ".wehbook → .webhook"]),
    Case(program: #".headers["x-event"] == "a""#, strays: [".headers → .data.headers"]),
    Case(program: #".data.header["x-event"] == "a""#, strays: [".data.header → .data.headers"]),
    Case(program: ".data.entity", strays: [".data.entity → .data.body.entity"]),
    Case(program: "(.body | length) > 3", strays: [".body → .data.body"]),
    Case(program: "select(.body.paid) | .data", strays: [".body → .data.body"]),
    Case(
      program: "if .body then .data.body.x else .boddy end",
      strays: [".body → .data.body", ".boddy → .data.body"]),
    Case(program: "[.body, .data.body]", strays: [".body → .data.body"]),
    Case(program: ".data.body[.body.n]", strays: [".body → .data.body"]),
    Case(program: "true and .body?.a", strays: [".body → .data.body"]),
    Case(program: "# .body\n.data.body.x == 1"),
    // These programs read something else than the document.
    Case(program: ".data | .body.entity == \"stock\""),
    Case(program: ".data.body | .entity == \"stock\" and .kind == 1"),
    Case(program: "any(.data.body.lines[]; .sku == \"a\")"),
    Case(program: ".data.body.lines | map(.sku) | index(\"a\")"),
    Case(program: "[.data.body.lines[] | select(.paid)] | length > 0"),
    Case(program: ".data.body as $b | $b.entity"),
    Case(program: "reduce .data.body[] as $x (0; . + $x.n)"),
    Case(program: "def f: .entity; .data.body | f"),
    Case(program: "try (.data.body | error) catch .entity"),
    Case(program: ".entity = 1 | .entity"),
    Case(program: "\"\\(.entity)\" == \"stock\""),
    Case(program: ".data.body .entity"),
    Case(program: ".[\"data\"].body.entity"),
    Case(program: "..|.entity?"),
    Case(program: "getpath([\"data\",\"body\"]).entity"),
    Case(program: "{entity: .data.body.entity}.entity"),
    Case(program: ".data.body.n > .5 and .data.body.m < 1.e2"),
    Case(program: "with_entries(.value) | .entity"),
    Case(program: ".data.headers[\"x-shopify-topic\"] | startswith(\"orders/\")"),
    Case(program: ".id, .type, .subject, .time, .source, .delivery, .senderdelivery, .taskindex"),
    Case(program: "if (.data.body | has(\"a\")) then .data.body.a | .x else .data.body | .y end"),
    Case(program: "true"), Case(program: ""),
  ]

  @Test(arguments: cases) func `each program reads what it reads`(_ one: Case) {
    let found = JQDocumentPaths(one.program).strays.map { "\($0.path) → \($0.meant)" }
    #expect(found == one.strays)
  }

  @Test func `whatever a task document has is known`() throws {
    let delivery = TaskDocument.Delivery(
      source: "", time: Date(), webhook: "erp", id: UUIDv7("01a209ca-e3ac-780b-aab1-06d51ac8ca81")!,
      senderDelivery: [65], trace: ImporterSite.trace, method: "POST", path: [], query: [],
      remote: "", verified: "",
      headers: [])
    let document = TaskDocument(
      id: UUIDv7("01a209ca-e3ac-780b-aab1-06d51ac8ca82")!, incoming: "stock", delivery: delivery,
      body: EncodedBody(Array("{}".utf8), contentType: Array("application/json".utf8)),
      deliverySHA256: "a")
    let members = try #require(
      try JSONSerialization.jsonObject(with: Data(document.parts.joined())) as? [String: Any])
    let data = try #require(members["data"] as? [String: Any])
    #expect(Set(members.keys) == Set(JQDocumentPaths.keys))
    #expect(Set(data.keys).isSubset(of: JQDocumentPaths.dataKeys))
  }

  @Test func `it is a warning where the configuration is loaded, in each program of the file`()
    throws
  {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": """
      filter: .body.entity == "stock"
      type: .entity
      subject: .data.body.id
      parser: {type: json, items: ".body.lines[]"}
      """
    ])
    let loading = files.load()
    #expect(!loading.hasErrors)
    #expect(
      loading.problems.map(\.description) == [
        "incoming/stock.yaml:1:9: warning: filter: .body is always null: a task document doesn't "
          + "have it (did you mean \".data.body\"?)",
        "incoming/stock.yaml:2:7: warning: type: .entity is always null: a task document doesn't "
          + "have it (did you mean \".data.body.entity\"?)",
        "incoming/stock.yaml:4:29: warning: parser.items: .body is always null: a task document "
          + "doesn't have it (did you mean \".data.body\"?)",
      ])
  }
}
