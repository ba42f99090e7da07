import Foundation
import Spooling
import Testing

@testable import Verification
@testable import Webhooks

/// Deliveries in `failed/`, routed again once the configuration is mended.
@Suite struct FailedDeliveryTests {
  private func failed(_ body: [UInt8], contentType: String = "application/json") throws -> [UInt8] {
    let parsed = try Parsed("filter: error(\"broken\")\n", body, contentType: contentType)
    #expect(parsed.failure == "filter: broken")
    return Array(try #require(parsed.entries.first).parts.joined())
  }

  private func route(_ file: [UInt8], _ incoming: String) throws -> FailedDelivery.Outcome {
    let loading = try ConfigurationFiles(["incoming/items.yaml": incoming]).load()
    let delivery = try #require(FailedDelivery(file))
    let identifier = try #require(Identifier("items"))
    let items = try #require(loading.snapshot?.incoming[identifier])
    return try delivery.routed(to: items, within: 256 << 20, Arrivals().next(at: Date()))
  }

  @Test func `its tasks are what they would have been`() throws {
    let text = String(
      decoding: try failed(Array(#"[{"a":1.10}, {"a":123456789012345678901}]"#.utf8)),
      as: UTF8.self)
    let file = Array(
      text.replacing(#""data":{"method""#, with: #""tracestate":"a=1","data":{"method""#).utf8)
    guard
      case .tasks(let commit) = try route(
        file, "filter: 'true'\nparser: {type: json, items: '.data.body[]'}\n")
    else {
      Issue.record("no tasks")
      return
    }
    let bodies = commit.entries.map {
      String(decoding: $0.parts[$0.parts.count - 2], as: UTF8.self)
    }
    #expect(bodies == [#"{"a":1.10}"#, #"{"a":123456789012345678901}"#])
    #expect(commit.entries.allSatisfy { $0.place == .new && $0.spool == .incoming("items") })
    func members(_ bytes: [UInt8]) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }
    let old = try members(file)
    let new = try members(Array(commit.entries[1].parts.joined()))
    for name in [
      "source", "time", "webhook", "incoming", "delivery", "subject", "traceparent", "tracestate",
    ] {
      #expect(new[name] as? String == old[name] as? String, "\(name)")
    }
    #expect(new["tracestate"] as? String == "a=1")
    #expect(new["type"] as? String == "levelwind.task")
    #expect(new["id"] as? String != old["id"] as? String)
    #expect(new["taskindex"] as? Int == 1 && new["taskcount"] as? Int == 2)
    let data = try #require(new["data"] as? [String: Any])
    let whole = try #require(old["data"] as? [String: Any])
    #expect(data["deliverySha256"] as? String == whole["bodySha256"] as? String)
    #expect(data["headers"] as? [String: String] == whole["headers"] as? [String: String])
  }

  @Test(arguments: [
    [], Array("text \u{0}? \"é\" \n\u{feff}".utf8.filter { $0 != 0 }), [0, 255, 1],
    Array("{\"a\" : 1 }".utf8),
    Array("not json".utf8),
  ])
  func `the body comes back byte for byte, however it stands there`(body: [UInt8]) throws {
    guard case .tasks(let commit) = try route(try failed(body), "") else {
      Issue.record("no tasks")
      return
    }
    let first = try failed(body)
    let again = Array(try #require(commit.entries.first).parts.suffix(2).joined())
    #expect(Array(first.suffix(again.count)) == again)
  }

  @Test func `what still fails stays, and what nobody wants any more is said`() throws {
    let file = try failed(Array("[1]".utf8))
    guard case .failed(let reason) = try route(file, "parser: {type: form}\n") else {
      Issue.record("did not fail")
      return
    }
    #expect(reason.contains("content type"))
    guard case .unwanted = try route(file, "filter: 'false'\n") else {
      Issue.record("wanted")
      return
    }
    let files = try ConfigurationFiles(["incoming/others.yaml": ""])
    let others = try IncomingSpool(of: try #require(Identifier("others")), directory: files.path)
    #expect(throws: Rejection.self) {
      try FailedDelivery(file)?.routed(
        to: try others.incoming(), within: 256 << 20, Arrivals().next(at: Date()))
    }
  }

  @Test func `a task is none, nor is half a file or one that was changed`() throws {
    let file = try failed(Array("[1]".utf8))
    #expect(FailedDelivery(file) != nil)
    #expect(FailedDelivery(Array(file.dropLast(3))) == nil)
    let changed = String(decoding: file, as: UTF8.self).replacing(
      "\"body\":[1]", with: "\"body\":[2]")
    #expect(FailedDelivery(Array(changed.utf8)) == nil)
    let task = Array(try #require(try Parsed("", "[1]").entries.first).parts.joined())
    #expect(FailedDelivery(task) == nil)
    for text in [
      "", "x", "01a209bd-8bac-7000-8000-04000000004g", "01A209bd-8bac-7000-8000-040000000042",
    ] {
      #expect(UUIDv7(text) == nil)
    }
  }
}
