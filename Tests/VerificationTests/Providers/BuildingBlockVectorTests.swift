import Testing

@testable import Verification

@Suite struct BuildingBlockVectorTests {
  @Test func `the table is whole`() {
    #expect(Vector.all.count >= 306)
    #expect(Set(Vector.all.map(\.provider)).count >= 45)
  }

  @Test(arguments: Vector.all.filter { $0.kind == "verify" })
  func `a building block decides as the vector says`(_ vector: Vector) throws {
    guard let rule = try vector.buildingBlock() else { return }
    let outcome = rule.outcome(vector.request, at: vector.moment)
    let isAccepted = if case .success = outcome { true } else { false }
    #expect(isAccepted == (vector.expect == "accept"), "\(outcome)")
  }
}
