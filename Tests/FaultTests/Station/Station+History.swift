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
    let kept = found.text.split(separator: "\n").count
    print("history: \(kept) entries, \(acknowledged) acknowledged deliveries")
  }
}
