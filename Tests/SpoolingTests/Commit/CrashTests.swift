import Glibc
import Testing

@testable import Spooling

/// Every commit is stopped and failed at each of its calls.
@Suite struct CrashTests {
  @Test(arguments: Scenario.all)
  func `a power cut at any call loses nothing acknowledged and leaves nothing partial`(
    _ scenario: Scenario
  ) {
    let losses = Self.lossesByPowerCuts(in: scenario) { $0 }
    #expect(losses.isEmpty, "\(losses.prefix(10))")
  }

  @Test(arguments: MutantFileSystem.Mutation.plain)
  func `without any one flush, or with the flush too late, the same test finds a loss`(
    _ mutation: MutantFileSystem.Mutation
  ) {
    let losses = Self.lossesByPowerCuts(in: .failedTasks) { MutantFileSystem($0, mutation) }
    #expect(!losses.isEmpty)
  }

  @Test(arguments: Scenario.all, [EIO, ENOSPC, EMFILE])
  func `whichever call fails, the next delivery is fine, nothing is lost and nothing stays open`(
    _ scenario: Scenario, _ number: Int32
  ) {
    for call in 1... {
      let disk = SimulatedFileSystem(Scenario.empty)
      disk.set(.failure(number), at: call)
      // The fault may hit the first call, so that even the start fails.
      guard let spools = try? Scenario.open(disk) else { continue }
      var acknowledged = scenario.run(on: spools)
      let isOver = disk.calls.count < call
      spools.look()
      Scenario.update(spools)
      let next = Scenario.commit(["a", "b"], failed: [0])
      let isFine = Scenario.isAcknowledged(next, by: spools)
      #expect(isFine, "after call \(call): \(disk.calls[call - 1])")
      acknowledged.append(next)
      spools.stop()
      #expect(disk.openDescriptors == 0)
      let losses = disk.disk.afterPowerCuts(seeds: 0..<2).flatMap {
        scenario.losses(on: $0, acknowledged: acknowledged, also: [next])
      }
      #expect(losses.isEmpty, "after call \(call): \(losses)")
      if isOver { break }
    }
  }

  /// Cuts the power at each call in turn, and once after the last, until something is lost.
  private static func lossesByPowerCuts(
    in scenario: Scenario, _ wrap: (SimulatedFileSystem) -> any FileSystem
  ) -> [String] {
    for call in 1... {
      let disk = SimulatedFileSystem(Scenario.empty)
      disk.set(.powerCut, at: call)
      // The fault may hit the first call, so that even the start fails.
      guard let spools = try? Scenario.open(wrap(disk)) else { continue }
      let acknowledged = scenario.run(on: spools)
      spools.stop()
      for survivor in disk.disk.afterPowerCuts() {
        var losses = scenario.losses(on: survivor, acknowledged: acknowledged)
        losses += lossesByStart(on: survivor, in: scenario, acknowledged: acknowledged)
        if !losses.isEmpty { return losses.map { "\($0), cut at call \(call)" } }
      }
      if disk.calls.count < call { break }
    }
    return []
  }

  /// Returns what is lost when a responder starts after a power cut.
  private static func lossesByStart(
    on disk: SimulatedDisk, in scenario: Scenario, acknowledged: [Commit]
  ) -> [String] {
    let disk = SimulatedFileSystem(disk)
    guard let spools = try? Scenario.open(disk) else { return ["no start"] }
    let next = Scenario.commit(["a", "c"])
    let isFine = Scenario.isAcknowledged(next, by: spools)
    spools.stop()
    var losses = scenario.losses(on: disk.disk, acknowledged: acknowledged + [next], also: [next])
    if !isFine { losses.append("no delivery after a start") }
    if Scenario.spools.contains(where: { !disk.disk.files("/spool/\($0)/tmp").isEmpty }) {
      losses.append("something is left in tmp/")
    }
    return losses
  }
}
