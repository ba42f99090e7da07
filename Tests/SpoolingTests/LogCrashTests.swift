import Glibc
import Testing

@testable import Spooling

/// The write-ahead log is stopped and failed at every single one of its calls, those of its start, its
/// publisher and its end among them.
@Suite struct LogCrashTests {
  @Test(arguments: [Scenario.severalSpools, .failedTasks])
  func `a power cut at any call loses nothing acknowledged and leaves nothing partial`(
    _ scenario: Scenario
  ) {
    let losses = Self.lossesByPowerCuts(in: scenario) { $0 }
    #expect(losses.isEmpty, "\(losses.prefix(10))")
  }

  @Test(arguments: MutantFileSystem.Mutation.ofLog)
  func `without any one flush, the same test finds a loss`(
    _ mutation: MutantFileSystem.Mutation
  ) {
    let losses = Self.lossesByPowerCuts(in: .failedTasks) { MutantFileSystem($0, mutation) }
    #expect(!losses.isEmpty)
  }

  @Test(arguments: [Scenario.oneTask, .failedTasks], [EIO, ENOSPC])
  func `whichever call fails, the next delivery is fine, nothing is lost and nothing stays open`(
    _ scenario: Scenario, _ number: Int32
  ) {
    for call in 1... {
      let disk = SimulatedFileSystem(Self.empty)
      disk.set(.failure(number), at: call)
      let spools = Scenario.open(disk, way: .log)
      var acknowledged = scenario.run(on: spools)
      let isOver = disk.calls.count < call
      spools.probe()
      Scenario.update(spools, way: .log)
      let next = Scenario.commit(["a", "b"], failed: [0])
      let isFine = Scenario.isAcknowledged(next, by: spools)
      #expect(isFine, "after call \(call): \(disk.calls[call - 1])")
      #expect(spools.status.log.isInUse, "after call \(call): \(spools.status.log)")
      acknowledged.append(next)
      spools.stop()
      #expect(disk.openDescriptors == 0)
      let losses = scenario.losses(on: disk.disk, acknowledged: acknowledged, also: [next])
      #expect(losses.isEmpty, "after call \(call), \(disk.calls[call - 1]): \(losses)")
      if isOver { break }
    }
  }

  /// With a state directory.
  static var empty: SimulatedDisk {
    var disk = SimulatedDisk()
    disk.add(
      .init(device: 1, mode: 0o750, isDirectory: true), as: "state", in: SimulatedDisk.root)
    disk.flush(SimulatedDisk.root)
    return disk
  }

  /// Cuts the power at each call in turn, and once after the last, until something is lost.
  private static func lossesByPowerCuts(
    in scenario: Scenario, _ wrap: (SimulatedFileSystem) -> any FileSystem
  ) -> [String] {
    for call in 1... {
      let disk = SimulatedFileSystem(empty)
      disk.set(.powerCut, at: call)
      let spools = Scenario.open(wrap(disk), way: .log)
      let acknowledged = scenario.run(on: spools)
      spools.stop()
      for survivor in disk.disk.afterPowerCuts(seeds: 0..<4) {
        let losses =
          scenario.partial(on: survivor)
          + lossesByStart(on: survivor, in: scenario, acknowledged: acknowledged)
        if !losses.isEmpty { return losses.map { "\($0), cut at call \(call)" } }
      }
      if disk.calls.count < call { break }
    }
    return []
  }

  /// What is wrong once a responder has started on what a power cut left.
  private static func lossesByStart(
    on disk: SimulatedDisk, in scenario: Scenario, acknowledged: [Commit]
  ) -> [String] {
    let disk = SimulatedFileSystem(disk)
    let spools = Scenario.open(disk, way: .log)
    var losses = scenario.missing(on: disk.disk, acknowledged: acknowledged)
    let next = Scenario.commit(["a", "c"])
    if !Scenario.isAcknowledged(next, by: spools) { losses.append("no delivery after a start") }
    if !spools.status.log.isInUse { losses.append("the log: \(spools.status.log)") }
    spools.stop()
    losses += scenario.losses(on: disk.disk, acknowledged: acknowledged + [next], also: [next])
    if Scenario.spools.contains(where: { !disk.disk.files("/spool/\($0)/tmp").isEmpty }) {
      losses.append("something is left in tmp/")
    }
    return losses
  }
}
