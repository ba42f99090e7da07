import Testing

@testable import Importing

@Suite struct BackOffTests {
  @Test(arguments: [
    (failures: 1, chance: 0.0, seconds: 5), (failures: 1, chance: 1.0, seconds: 10),
    (failures: 2, chance: 1.0, seconds: 20), (failures: 5, chance: 0.0, seconds: 80),
    (failures: 9, chance: 1.0, seconds: 2560), (failures: 10, chance: 1.0, seconds: 3600),
    (failures: 1_000_000, chance: 0.5, seconds: 2700), (failures: 0, chance: 1.0, seconds: 10),
  ])
  func `each wait is twice the last, at random within its half`(
    _ failures: Int, _ chance: Double, _ seconds: Int
  ) {
    #expect(BackOff().wait(after: failures, chance: chance) == .seconds(seconds))
  }
}
