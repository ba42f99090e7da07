import Bytes
import Foundation
import Glibc
import Testing

@testable import Harness
@testable import Spooling

/// A spool whose file system hangs or fails holds up its own deliveries, and nobody else's.
@Suite struct ApartTests {
  let disk: SimulatedFileSystem
  let hung: HungFileSystem

  /// Puts the spool `b` on a device of its own.
  init() throws {
    disk = SimulatedFileSystem(Scenario.empty)
    try Scenario.open(disk).stop()
    Self.put("b", onDevice: 2, of: disk)
    hung = HungFileSystem(disk, at: "/spool/b")
  }

  private func open(_ layout: WALLayout? = nil, lookEvery: Duration? = .milliseconds(1)) throws
    -> Spools
  {
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1, fileSystem: hung,
      layout: layout ?? Self.layout, spaceAge: .zero, lookEvery: lookEvery)
    Scenario.update(spools)
    return spools
  }

  /// A log in which a spool's share is 64 KiB.
  private static let layout = WALLayout(
    segmentBytes: 32 << 10, mostSegments: 8, largestCommit: 8 << 10, interval: .zero, calm: .zero,
    stuckAfter: .milliseconds(20), setAsideAfter: .seconds(3600),
    patience: .milliseconds(50), firstPause: .milliseconds(1),
    longestPause: .milliseconds(1))

  private func commit(_ spool: SpoolID, _ bytes: Int = 10) -> Commit {
    let id = Scenario.commit([spool]).entries[0].id
    return Commit([
      Commit.Entry(spool: spool, id: id, parts: [[UInt8](repeating: 65, count: bytes)])
    ])
  }

  private func isThere(_ commit: Commit) -> Bool {
    commit.entries.allSatisfy {
      disk.disk.files("/spool/\($0.spool)/new")["\($0.id).json"] == $0.parts.flatMap { $0 }
    }
  }

  private func wait(_ what: () -> Bool) throws {
    try until("it comes about", every: 0.0002, what)
  }

  @Test func `one that hangs takes its share, then is refused at once, and the other goes on`()
    throws
  {
    let spools = try open()
    hung.hang()
    var acknowledged: [Commit] = []
    var rejection: SpoolError?
    // Each takes 4 KiB, so the share holds some 16. More wait until the log knows that nothing
    // moves.
    while rejection == nil {
      let one = commit("b", 4 << 10)
      do throws(SpoolError) {
        try spools.commit(one, by: .now + .seconds(3600))
        acknowledged.append(one)
      } catch { rejection = error }
    }
    #expect((10...17).contains(acknowledged.count), "\(acknowledged.count)")
    #expect(
      rejection.map { "\($0)" }?.contains("its share of the write-ahead log") == true,
      "\(rejection!)")
    #expect(disk.disk.files("/spool/b/new").isEmpty)
    // These are many times what the log holds.
    for _ in 1...200 {
      let other = commit("a", 4 << 10)
      #expect(Scenario.isAcknowledged(other, by: spools))
      try wait { isThere(other) }
    }
    #expect(spools.unpublished(of: "b").tasks == acknowledged.count)
    try wait { spools.status.unpublished["a"] == nil }
    hung.goOn()
    try wait { acknowledged.allSatisfy(isThere) && spools.status.unpublished.isEmpty }
    #expect(Scenario.isAcknowledged(commit("b"), by: spools))
    spools.stop()
    #expect(disk.openDescriptors == 0)
  }

  @Test func `a thread that writes the log makes no call on a spool`() throws {
    let spools = try open()
    for _ in 1...20 {
      #expect(Scenario.isAcknowledged(Scenario.commit(["a", "b"], failed: [1]), by: spools))
    }
    spools.stop()
    let calls = hung.calls(of: "wal").union(hung.calls(of: "worker"))
    #expect(calls == ["writeInPlace", "flushData"])
    #expect(hung.calls(of: "publish-1").contains("rename"))
  }

  @Test func `a spool that refuses to be written is tried again until it can be`() throws {
    let spools = try open()
    disk.fail(.renameat2, with: EACCES)
    let commits = [commit("a"), commit("b")]
    for one in commits { #expect(Scenario.isAcknowledged(one, by: spools)) }
    try wait { spools.status.unpublished.values.allSatisfy { $0.problem != nil } }
    #expect(spools.status.unpublished.count == 2)
    #expect(
      spools.status.problems["b"]?.error == .failed(SystemError(.renameat2, EACCES), spool: "b"))
    disk.fail(.renameat2, with: nil)
    try wait { commits.allSatisfy(isThere) }
    try wait { spools.status.unpublished.isEmpty && spools.status.problems.isEmpty }
    spools.stop()
  }

  @Test func `what is stuck is set aside, and the log is emptied of the rest`() throws {
    var layout = Self.layout
    layout.setAsideAfter = .milliseconds(20)
    let spools = try open(layout)
    hung.hang()
    let stuck = (1...5).map { _ in commit("b") }
    for one in stuck { #expect(Scenario.isAcknowledged(one, by: spools)) }
    try wait { spools.status.unpublished["b"]?.aside == 5 }
    #expect(Set(disk.disk.files("/state/wal/aside/b/new").keys) == Set(stuck.map(Self.name)))
    let healthy = commit("a")
    #expect(Scenario.isAcknowledged(healthy, by: spools))
    try wait { isThere(healthy) }
    hung.goOn()
    try wait { stuck.allSatisfy(isThere) }
    try wait { spools.status.unpublished.isEmpty }
    #expect(disk.disk.files("/state/wal/aside/b/new").isEmpty)
    spools.stop()
  }

  @Test func `the end sets aside what hangs, and nothing else comes again at any start after it`()
    throws
  {
    var spools = try open()
    hung.hang()
    let stuck = commit("b")
    let done = (1...20).map { _ in commit("a") }
    for one in done + [stuck] { #expect(Scenario.isAcknowledged(one, by: spools)) }
    try wait { done.allSatisfy(isThere) && hung.waiting > 0 }
    #expect(spools.stop(within: .seconds(4)))
    for _ in 1...4 {
      // An importer finishes the published tasks.
      empty("/spool/a/new")
      hung.goOn()
      hung.hang()
      spools = try open()
      #expect(disk.disk.files("/spool/a/new").isEmpty)
      #expect(spools.unpublished(of: "b").tasks == 1)
      _ = spools.stop(within: .milliseconds(400))
    }
    hung.goOn()
    spools = try open()
    try wait { isThere(stuck) }
    #expect(disk.disk.files("/spool/a/new").isEmpty)
    #expect(disk.disk.files("/spool/b/new").count == 1)
    spools.stop()
  }

  @Test func `what is not kept in memory is read back from the log`() throws {
    var layout = Self.layout
    layout.mostMemory = 0
    let spools = try open(layout)
    let commits = (1...30).map { number in Scenario.commit(["a", "b", "a"], failed: [number % 3]) }
    for one in commits { #expect(Scenario.isAcknowledged(one, by: spools)) }
    Scenario.settle(spools)
    spools.stop()
    let scenario = Scenario(testDescription: "read back", commits: commits)
    #expect(scenario.losses(on: disk.disk, acknowledged: commits) == [])
  }

  @Test func `the room for half of them is used for half of them`() throws {
    let full = FullFileSystem(hung)
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1, fileSystem: full,
      layout: WALLayout(
        fewestSegments: 32, interval: .zero, calm: .zero, stuckAfter: .seconds(3600),
        setAsideAfter: .seconds(3600), firstPause: .milliseconds(10),
        longestPause: .milliseconds(10)),
      spaceAge: .zero, lookEvery: .milliseconds(1))
    Scenario.update(spools)
    full.makeRoom(4 << 20)
    let commits = (1...40).map { _ in commit("b", 200 << 10) }
    // Else they would come one by one, and not as a whole that has no room. The log takes none of
    // it: it is long enough, and nothing is set aside.
    hung.hang()
    for one in commits { #expect(Scenario.isAcknowledged(one, by: spools)) }
    hung.goOn()
    // 20 would fit. They are published in portions of 5.
    try wait { commits.count(where: isThere) >= 15 }
    #expect((15...20).contains(commits.count(where: isThere)))
    full.makeRoom(1 << 30)
    try wait { commits.allSatisfy(isThere) }
    spools.stop()
    #expect(disk.disk.files("/spool/b/tmp").isEmpty)
  }

  @Test func `a state device that hangs refuses by the deadline, and does not keep the end`() throws
  {
    let gate = HungFileSystem(disk, at: "/state/wal")
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1,
      fileSystem: LogHang(gate), layout: Self.layout, spaceAge: .zero, lookEvery: .milliseconds(1))
    Scenario.update(spools)
    gate.hang()
    for _ in 1...3 {
      #expect(throws: SpoolError.deadline) {
        try spools.commit(commit("a"), by: .now + .milliseconds(20))
      }
    }
    #expect(!spools.stop(within: .milliseconds(20)))
    gate.goOn()
    #expect(spools.stop())
  }

  private static func name(_ commit: Commit) -> String { "\(commit.entries[0].id).json" }

  private func empty(_ path: String) {
    var changed = disk.disk
    changed.inodes[changed.find(path)!]!.names = [:]
    disk.disk = changed
  }

  /// Puts another file system in the place of a spool.
  private static func put(_ spool: String, onDevice device: UInt64, of disk: SimulatedFileSystem) {
    var changed = disk.disk
    let root = changed.find("/spool/\(spool)")!
    for inode in [root] + changed.inodes[root]!.names.values {
      changed.inodes[inode]!.device = device
    }
    disk.disk = changed
  }
}
