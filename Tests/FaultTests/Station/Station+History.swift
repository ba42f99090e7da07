import Foundation
import Testing

@testable import Harness

extension Station {
  /// Expects that the history can be read as a whole, and was not damaged. It may lack what came in
  /// the last second before each kill and cut.
  func expectHistory(of acknowledged: Int) throws {
    func run(_ arguments: String...) throws -> Tool.Result {
      try Tool.run(Self.program("levelwind"), arguments + ["--config", folder("etc").path])
    }
    let found = try run(
      "delivery", "list", "--json", "--limit", "10000000", "--time", "10m", "--verdict", "accepted")
    #expect(found.status == 0 && found.errors == "", "\(found.errors)")
    let health = try run("health")
    #expect(!health.text.contains("was damaged"), "\(health.text)")
    let ids = try found.text.split(separator: "\n").map { line in
      let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(entry?["id"] as? String)
    }
    let kept = ids.count
    #expect(Set(ids).count == kept, "each is kept once")
    print("history: \(kept) entries, \(acknowledged) acknowledged deliveries")
  }
}
