import Bytes
import Foundation
import Testing

@testable import Webhooks

/// The trace of a delivery: what its sender says, and nothing that decides.
@Suite struct TraceTests {
  private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
  private static let files = [
    "webhooks/open.yaml": "incoming: stock\nlogging: true\nhistory: {}\npre_processors: []\n",
    "webhooks/state.yaml": """
    incoming: stock
    pre_processors: [{type: header, name: Tracestate, secrets: [{literal: congo=s3cret-value}]}]
    """,
    "webhooks/parent.yaml": """
    incoming: stock
    logging: true
    pre_processors: [{type: header, name: Traceparent, secrets: [{literal: "\(parent)"}]}]
    """,
    "incoming/stock.yaml": "",
  ]

  /// Sends a delivery and returns the task that it became.
  private func task(
    _ webhook: String, _ headers: [(name: String, value: String)], _ site: ReceivingSite
  ) throws -> [String: Any] {
    #expect(
      try site.answer(to: FakeInbound("POST", "/webhook/\(webhook)", headers: headers)).status
        == 200)
    let file = try #require(site.tasks("stock").last)
    return try #require(
      try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any])
  }

  private func said(_ site: ReceivingSite) throws -> [String: Any] {
    let line = try #require(site.lines.texts.last)
    return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func `a valid trace is taken over, by the task, the log and the history`() throws {
    let site = try ReceivingSite(Self.files)
    let task = try task(
      "open",
      [
        ("traceparent", Self.parent), ("tracestate", "rojo=00f067aa0ba902b7"),
        ("tracestate", "congo=t61rcWkgMzE"),
      ], site)
    #expect(task["traceparent"] as? String == Self.parent)
    #expect(task["tracestate"] as? String == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")
    let line = try said(site)
    #expect(line["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(line["span_id"] as? String == "00f067aa0ba902b7")
    let kept = try #require(site.history.deliveries.first)
    #expect(kept.trace.description == "4bf92f3577b34da6a3ce929d0e0e4736")
    let facts = try #require(DeliveryFacts(kept.facts))
    #expect(facts.arrival?.trace.span == "00f067aa0ba902b7")
    // Brought back, it belongs to the same trace, with the flags and the state.
    let request = try CapturedMessage(kept.head + kept.body).request
    let again = SecondDecision(facts, request, in: site.snapshots.current)
    guard case .accepted(let commit) = again.outcome else {
      Issue.record("\(again.outcome)")
      return
    }
    let text = String(decoding: Array(commit.entries[0].parts.joined()), as: UTF8.self)
    #expect(text.contains(#""traceparent":"\#(Self.parent)","tracestate":"rojo="#), "\(text)")
  }

  @Test(arguments: [[], [parent.uppercased()], [parent, parent], ["00-0-0-0"]])
  func `without a valid one, each delivery begins a trace of its own, and keeps it`(
    parents: [String]
  ) throws {
    let site = try ReceivingSite(Self.files)
    let headers =
      parents.map { (name: "traceparent", value: $0) } + [("tracestate", "congo=t61rcWkgMzE")]
    let texts = try (1...2).map { _ in
      let task = try task("open", headers, site)
      #expect(task["tracestate"] == nil)
      return try #require(task["traceparent"] as? String)
    }
    let traces = try texts.map { try #require(TraceContext(parent: $0, state: nil)) }
    #expect(traces[0].trace != traces[1].trace && traces[0].span != traces[1].span)
    #expect(texts.allSatisfy { $0.hasSuffix("-01") })
    let kept = try #require(site.history.deliveries.last)
    let facts = try #require(DeliveryFacts(kept.facts))
    let request = try CapturedMessage(kept.head + kept.body).request
    guard
      case .accepted(let commit) =
        SecondDecision(facts, request, in: site.snapshots.current).outcome
    else {
      Issue.record("it is refused")
      return
    }
    let text = String(decoding: Array(commit.entries[0].parts.joined()), as: UTF8.self)
    #expect(text.contains(#""traceparent":"\#(texts[1])""#), "\(text)")
  }

  @Test func `a header that a check compares with a secret is read by the check alone`() throws {
    let site = try ReceivingSite(Self.files)
    let state = try task(
      "state", [("traceparent", Self.parent), ("tracestate", "congo=s3cret-value")], site)
    #expect(state["traceparent"] as? String == Self.parent)
    #expect(state["tracestate"] == nil)
    let parent = try task("parent", [("traceparent", Self.parent)], site)
    #expect(parent["traceparent"] as? String != Self.parent)
    #expect(!site.lines.texts.contains { $0.contains("4bf92f3577b34da6a3ce929d0e0e4736") })
  }

  @Test func `a refused delivery is logged with its trace, which proves nothing`() throws {
    let site = try ReceivingSite(Self.files)
    let inbound = FakeInbound("POST", "/webhook/state", headers: [("traceparent", Self.parent)])
    #expect(try site.answer(to: inbound).status == 401)
    #expect(try said(site)["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
    let stray = FakeInbound("POST", "/webhook/none", headers: [("traceparent", Self.parent)])
    #expect(try site.answer(to: stray).status == 404)
    #expect(try said(site)["span_id"] as? String == "00f067aa0ba902b7")
  }
}
