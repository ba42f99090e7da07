import Foundation
import Spooling
import Testing
import Verification

@testable import Webhooks

/// The routing of a body to an incoming configuration, decided without a spool.
struct Parsed {
  let decision: Decision

  /// Routes a body. `incoming` is the configuration of `items`, in YAML. `others` are more incoming
  /// configurations, by identifier.
  init(
    _ incoming: String, _ body: [UInt8], contentType: String = "application/json",
    others: [String: String] = [:], settings: String = "deadline: 60s\n"
  ) throws {
    var files = ["levelwind.yaml": settings, "incoming/items.yaml": incoming]
    for (name, text) in others { files["incoming/\(name).yaml"] = text }
    files["webhooks/a.yaml"] = """
      incoming: items
      additional_incoming: [\(others.keys.sorted().joined(separator: ", "))]
      pre_processors: []
      """
    let loading = try ConfigurationFiles(files).load()
    try #require(loading.problems.filter { $0.severity == .error }.isEmpty, "\(loading.problems)")
    let request = Request(
      method: "POST", path: Array("/webhook/a".utf8),
      headers: Headers(contentType.isEmpty ? [] : [(name: "Content-Type", value: contentType)]),
      body: body, remote: "192.0.2.7")
    decision = Judge.decide(
      request, Arrivals().next(at: Date()), try #require(loading.snapshot))
  }

  init(
    _ incoming: String, _ body: String, contentType: String = "application/json",
    others: [String: String] = [:], settings: String = "deadline: 60s\n"
  ) throws {
    try self.init(
      incoming, Array(body.utf8), contentType: contentType, others: others, settings: settings)
  }

  var entries: [Commit.Entry] {
    if case .accepted(let commit) = decision.verdict { commit.entries } else { [] }
  }

  func entries(of incoming: String) -> [Commit.Entry] {
    entries.filter { $0.spool == .incoming(incoming) }
  }

  /// The bodies of the tasks of `items`, as they are in the files.
  var bodies: [String] { bodies(of: "items") }

  func bodies(of incoming: String) -> [String] {
    entries(of: incoming).filter { $0.place == .new }
      .map { String(decoding: $0.parts[$0.parts.count - 2], as: UTF8.self) }
  }

  /// The reason of `items` in `failed/`; nil if the delivery isn't there.
  var failure: String? {
    guard case .failed(let reason) = decision.routes.first?.outcome else { return nil }
    return reason
  }

  /// Returns the tasks of `items` as JSON.
  func members() throws -> [[String: Any]] {
    try entries(of: "items").map { entry in
      let object = try JSONSerialization.jsonObject(with: Data(entry.parts.joined()))
      return try #require(object as? [String: Any])
    }
  }
}
