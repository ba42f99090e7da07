import Glibc
import Testing

@testable import Spooling

/// The write-ahead log is stopped and failed at each of its calls, including those of its start,
/// its publisher and its end.
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
      let disk = SimulatedFileSystem(Scenario.empty)
      disk.set(.failure(number), at: call)
      // The fault may hit the first call, so that even the start fails.
      guard let spools = try? Scenario.open(disk, way: .log) else { continue }
      var acknowledged = scenario.run(on: spools)
      spools.look()
      let isOver = disk.calls.count < call
      // A fault that has not happened must not hit the next commit.
      disk.set(nil, at: call)
      spools.look()
      Scenario.update(spools)
      let next = Scenario.commit(["a", "b"], failed: [0])
      let before = disk.calls.count
      var failure: SpoolError?
      do throws(SpoolError) {
        try spools.commit(next, by: .now + .seconds(3600))
      } catch {
        failure = error
      }
      #expect(failure == nil, "after call \(call) of \(before): \(disk.calls[call - 1])")
      #expect(spools.status.log.isInUse, "after call \(call): \(spools.status)")
      acknowledged.append(next)
      spools.stop()
      #expect(disk.openDescriptors == 0)
      let losses = scenario.losses(on: disk.disk, acknowledged: acknowledged, also: [next])
      #expect(losses.isEmpty, "after call \(call), \(disk.calls[call - 1]): \(losses)")
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
      guard let spools = try? Scenario.open(wrap(disk), way: .log) else { continue }
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

  /// Returns what is wrong after a responder has started on the remains of a power cut.
  private static func lossesByStart(
    on disk: SimulatedDisk, in scenario: Scenario, acknowledged: [Commit]
  ) -> [String] {
    let disk = SimulatedFileSystem(disk)
    guard let spools = try? Scenario.open(disk, way: .log) else { return ["no start"] }
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
