import Foundation
import Spooling
import Testing
import Verification

@testable import Webhooks

/// One webhook with four incoming configurations. Each gets exactly its entities.
@Suite struct ShopSystemTests {
  @Test(arguments: ShopSystem.all)
  func `each incoming configuration gets exactly its entities`(_ system: ShopSystem) throws {
    #expect(system.incoming.count == 4)
    let names = system.incoming.keys.sorted()
    var files = [
      "levelwind.yaml": "deadline: 60s\n",
      "webhooks/a.yaml": """
      incoming: \(names[0])
      additional_incoming: [\(names.dropFirst().joined(separator: ", "))]
      pre_processors: []
      """,
    ]
    for (name, text) in system.incoming { files["incoming/\(name).yaml"] = text + "\n" }
    let loading = try ConfigurationFiles(files).load()
    #expect(loading.problems == [])
    let snapshot = try #require(loading.snapshot)
    for delivery in system.deliveries {
      let fields = delivery.headers.map { (name: $0.key, value: $0.value) }
      let request = Request(
        method: "POST", path: Array("/webhook/a".utf8),
        headers: Headers([(name: "Content-Type", value: "application/json")] + fields),
        body: Array(delivery.body.utf8), remote: "192.0.2.7")
      let decision = Judge.decide(request, Arrivals().next(at: Date()), snapshot)
      guard case .accepted(let commit) = decision.verdict else {
        Issue.record("\(decision.verdict)")
        continue
      }
      #expect(commit.entries.allSatisfy { $0.place == .new }, "\(decision.routes)")
      let tasks = Dictionary(grouping: commit.entries, by: \.spool.path).mapValues {
        $0.map { String(decoding: $0.parts[$0.parts.count - 2], as: UTF8.self) }
      }
      #expect(tasks == delivery.tasks)
    }
  }
}
