import Bytes
import Glibc
import Testing

import struct Synchronization.Atomic

@testable import Spooling

/// The log is stopped at each of its calls while its segments are filled, emptied, recycled and
/// made, and while tasks are set aside. It is stopped once more while it starts after that.
@Suite struct WALCrashTests {
  /// Ten commits over several segments of two blocks. Some wait for others to be published.
  private static let commits = (0..<10).map { number in
    Scenario.commit(number % 3 == 0 ? ["a", "b"] : ["a"], failed: number == 4 ? [0] : [])
  }
  private static let scenario = Scenario(testDescription: "ten commits", commits: commits)

  private static let layout = WALLayout(
    segmentBytes: 2 * WALLayout.block, mostSegments: 8, fewestSegments: 2, largestCommit: 4 << 10,
    interval: .zero, calm: .zero, setAsideAfter: .zero, firstPause: .zero)

  /// After a kill, what was written is there, and may not be on the device yet.
  @Test
  func `power cuts and kills while segments are filled, emptied, recycled and made lose nothing`() {
    let losses = Self.losses { HeldForSome(SimulatedFileSystem($0)) }
    #expect(losses.isEmpty, "\(losses.prefix(5))")
  }

  @Test func `power cuts and kills while tasks are set aside, and come back, lose nothing`() {
    let losses = Self.losses { RefusingSpool(SimulatedFileSystem($0)) }
    #expect(losses.isEmpty, "\(losses.prefix(5))")
  }

  @Test func `without the flush of what is set aside, the same test finds a loss`() {
    let losses = Self.losses { RefusingSpool(SimulatedFileSystem($0), flushesAside: false) }
    #expect(!losses.isEmpty)
  }

  @Test func `names that a killed process set aside are flushed before the log lets go of them`()
    throws
  {
    let killed = RefusingSpool(SimulatedFileSystem(Self.twoDevices), isKilledSettingAside: true)
    let spools = try Self.open(killed)
    #expect(Scenario.isAcknowledged(Self.commits[0], by: spools))
    spools.look()
    spools.stop()
    let survivor = killed.simulated.disk
    #expect(Self.hasUnflushedAside(survivor))

    let disk = RefusingSpool(SimulatedFileSystem(survivor))
    let next = try Self.open(disk)
    next.look()
    let cut = disk.simulated.disk.afterPowerCut(.nothing, seed: 0)
    next.stop()
    let last = RefusingSpool(SimulatedFileSystem(cut))
    #expect(Self.lossesByStart(on: last, [Self.commits[0]]) == [])
  }

  @Test func `what a killed start left unflushed is flushed before anything is acknowledged`()
    throws
  {
    for call in 1... {
      let killed = HeldForSome(SimulatedFileSystem(Self.twoDevices))
      killed.simulated.set(.powerCut, at: call)
      if let spools = try? Self.open(killed) { spools.stop() }
      let disk = HeldForSome(SimulatedFileSystem(killed.simulated.disk))
      let spools = try Self.open(disk)
      #expect(Scenario.isAcknowledged(Self.commits[0], by: spools))
      let cut = disk.simulated.disk.afterPowerCut(.nothing, seed: 0)
      spools.stop()
      let last = HeldForSome(SimulatedFileSystem(cut))
      #expect(Self.lossesByStart(on: last, [Self.commits[0]]) == [], "cut at call \(call)")
      if killed.simulated.calls.count < call { break }
    }
  }

  /// A disk whose spools are on another device than the state: no flush of one reaches the other.
  private static var twoDevices: SimulatedDisk {
    var disk = Scenario.empty
    disk.add(
      .init(device: 2, mode: 0o711, isDirectory: true), as: "spool", in: SimulatedDisk.root)
    disk.flush(SimulatedDisk.root)
    return disk
  }

  private static func hasUnflushedAside(_ disk: SimulatedDisk) -> Bool {
    guard let number = disk.find("/state/wal/aside/b/new"), let place = disk.inodes[number] else {
      return false
    }
    return place.names.keys.contains { place.durableNames[$0] == nil }
  }

  /// A file system under test, with the simulated disk behind it.
  protocol Disk: FileSystem {
    var simulated: SimulatedFileSystem { get }
    /// Ends all faults.
    func mend()
    /// Called before a commit.
    func begin(_ number: Int)
  }

  /// Cuts the power, or ends the process, at each call in turn, and again at a call of the start
  /// after it.
  private static func losses(_ make: (SimulatedDisk) -> any Disk) -> [String] {
    for call in 1... {
      let disk = make(Scenario.empty)
      disk.simulated.set(.powerCut, at: call)
      guard let spools = try? open(disk) else { continue }
      var acknowledged: [Commit] = []
      for (number, commit) in commits.enumerated() {
        disk.begin(number)
        if Scenario.isAcknowledged(commit, by: spools) { acknowledged.append(commit) }
      }
      spools.look()
      let isOver = disk.simulated.calls.count < call
      disk.mend()
      spools.stop()
      let killed = disk.simulated.disk
      for survivor in [killed] + killed.afterPowerCuts(seeds: 0..<1) {
        // The second cut hits the start, or what follows it.
        let again = make(survivor)
        again.simulated.set(.powerCut, at: 1 + (call * 37) % 150)
        if let spools = try? open(again) {
          spools.look()
          again.mend()
          spools.stop()
        }
        let last = again.simulated.disk
        for last in [survivor, last] + last.afterPowerCuts(seeds: 0..<1) {
          let found = lossesByStart(on: make(last), acknowledged)
          if !found.isEmpty { return found.map { "\($0), cut at call \(call)" } }
        }
      }
      if isOver { break }
    }
    return []
  }

  private static func lossesByStart(on disk: any Disk, _ acknowledged: [Commit]) -> [String] {
    disk.mend()
    guard let spools = try? open(disk) else { return ["no start"] }
    for _ in 0..<100 where !spools.status.unpublished.isEmpty { spools.look() }
    spools.stop()
    // A power cut right after the start shows whether the published tasks are durable.
    return ([disk.simulated.disk] + disk.simulated.disk.afterPowerCuts(seeds: 0..<1)).flatMap {
      scenario.losses(on: $0, acknowledged: acknowledged)
    }
  }

  private static func open(_ disk: any Disk) throws -> Spools {
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1, fileSystem: disk,
      layout: layout, spaceAge: .zero, lookEvery: nil)
    Scenario.update(spools)
    return spools
  }
}

/// A file system that delays the publishing of the commits 2 to 6 until the seventh.
private final class HeldForSome: WrappedFileSystem, WALCrashTests.Disk {
  let simulated: SimulatedFileSystem
  private let isHeld = Atomic(false)

  var base: any FileSystem { simulated }

  init(_ simulated: SimulatedFileSystem) { self.simulated = simulated }

  func begin(_ number: Int) { isHeld.store((2..<7).contains(number), ordering: .releasing) }

  func mend() { isHeld.store(false, ordering: .releasing) }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    // The wait is bounded, since a full log waits for the publisher.
    for _ in 0..<20 where isHeld.load(ordering: .acquiring) { usleep(100) }
    try simulated.flushFileSystem(of: directory)
  }
}

/// A file system on which nothing can be moved into the spool `b` until it is mended.
private final class RefusingSpool: WrappedFileSystem, WALCrashTests.Disk {
  private struct State {
    var paths: [Descriptor: String] = [:]
    var isMended = false
  }
  let simulated: SimulatedFileSystem
  private let flushesAside: Bool
  /// Whether the process ends between the name of a task that it sets aside and the name's flush.
  private let isKilledSettingAside: Bool
  private let state = Mutex(State())

  var base: any FileSystem { simulated }

  init(
    _ simulated: SimulatedFileSystem, flushesAside: Bool = true, isKilledSettingAside: Bool = false
  ) {
    self.simulated = simulated
    self.flushesAside = flushesAside
    self.isKilledSettingAside = isKilledSettingAside
  }

  func begin(_ number: Int) {}

  func mend() { state.withLock { $0.isMended = true } }

  func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    let descriptor = try simulated.openDirectory(name, in: parent)
    state.withLock { state in
      state.paths[descriptor] = parent.map { "\(state.paths[$0] ?? "")/\(name)" } ?? name
    }
    return descriptor
  }

  func rename(_ name: String, from: Descriptor, to: Descriptor) throws(SystemError) {
    let isRefused = state.withLock { state in
      !state.isMended && state.paths[to]?.hasPrefix("/spool/b/") == true
    }
    if isRefused { throw SystemError(.renameat2, EACCES) }
    try simulated.rename(name, from: from, to: to)
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    let path = state.withLock { $0.paths[descriptor] }
    if isKilledSettingAside, path == "/state/wal/aside/b/new",
      !simulated.disk.files("/state/wal/aside/b/new").isEmpty
    {
      simulated.cut()
    }
    try simulated.flush(descriptor)
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    let isAside = state.withLock { $0.paths[directory]?.hasPrefix("/state/wal/aside/") == true }
    if flushesAside || !isAside { try simulated.flushFileSystem(of: directory) }
  }
}
