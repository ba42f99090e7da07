import Bytes
import Foundation
import Testing

import struct Synchronization.Atomic

@testable import Harness
@testable import Spooling

/// A file system loses the writes of one thread while another flushes on it. The system tells the
/// one alone.
@Suite struct TrustTests {
  let disk = SimulatedFileSystem(Scenario.empty)

  private func open(on fileSystem: any FileSystem) throws -> Spools {
    try Scenario.open(fileSystem, way: .log)
  }

  /// Has a commit fail that goes the plain way, so that its file system is not trusted any more.
  private func loseTrust(_ spools: Spools) {
    let id = Scenario.commit(["b"]).entries[0].id
    let large = Commit([
      Commit.Entry(spool: "b", id: id, parts: [[UInt8](repeating: 65, count: 8 << 10)])
    ])
    disk.failNext(.fsync, with: EIO)
    #expect(!Scenario.isAcknowledged(large, by: spools))
    #expect(!spools.status.distrust.isEmpty)
  }

  private func isThere(_ commit: Commit) -> Bool {
    disk.disk.files("/spool/a/new").keys.contains("\(commit.entries[0].id).json")
  }

  /// Returns spools whose publisher has moved a task, and waits in the flush of its directory.
  private func heldInPublishing() throws -> (GatedFileSystem, Spools, Commit) {
    let gate = GatedFileSystem(disk)
    let spools = try open(on: gate)
    gate.shut()
    let commit = Scenario.commit(["a"])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    gate.waitForArrival()
    #expect(isThere(commit))
    return (gate, spools, commit)
  }

  @Test func `a group that is flushed while another thread loses the trust is not acknowledged`()
    throws
  {
    let gate = GatedFileSystem(disk, ofLog: true)
    let spools = try open(on: gate)
    gate.shut()
    let refused = CallCounter()
    spools.commit(Scenario.commit(["a"]), by: .now + .seconds(3600)) { outcome in
      if case .failure = outcome { refused.add() }
    }
    gate.waitForArrival()
    loseTrust(spools)
    gate.open()
    #expect(refused.wait())
    spools.stop()
  }

  @Test func `a commit that comes afterwards waits until the log's files are opened anew`() throws {
    let spools = try open(on: disk)
    #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools))
    Scenario.settle(spools)
    loseTrust(spools)
    let commit = Scenario.commit(["a"])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    spools.stop()
    #expect(isThere(commit))
  }

  @Test func `what is published while another thread loses the trust is not checked off`() throws {
    let (gate, spools, commit) = try heldInPublishing()
    loseTrust(spools)
    gate.open()
    try until("the publication has failed") { spools.status.unpublished["a"]?.problem != nil }
    #expect(spools.unpublished(of: "a").tasks == 1)
    spools.look()
    Scenario.settle(spools)
    #expect(spools.unpublished(of: "a").tasks == 0 && isThere(commit))
    spools.stop()
  }

  @Test
  func `a task that a start finds in its spool is not checked off before its name is durable`()
    throws
  {
    let (gate, spools, _) = try heldInPublishing()
    // The process is killed here.
    let killed = NamesAtRisk(SimulatedFileSystem(disk.disk))
    gate.open()
    spools.stop()
    let next = try open(on: killed)
    #expect(killed.simulated.disk.files("/spool/a/new").count == 1)
    #expect(next.unpublished(of: "a").tasks == 1)
    killed.mend()
    next.look()
    Scenario.settle(next)
    #expect(next.unpublished(of: "a").tasks == 0)
    next.stop()
  }
}

/// A file system on which flushes of the directory `new/` fail until it is mended. Like ext4 before
/// Linux 6.14 after its end, it reports success for a flush of the whole.
private final class NamesAtRisk: WrappedFileSystem {
  let simulated: SimulatedFileSystem
  private let isMended = Atomic(false)
  private let new = Mutex<Set<Descriptor>>([])

  var base: any FileSystem { simulated }

  init(_ simulated: SimulatedFileSystem) { self.simulated = simulated }

  func mend() { isMended.store(true, ordering: .releasing) }

  func openDirectory(_ name: String, in parent: Descriptor?) throws(SystemError) -> Descriptor {
    let descriptor = try simulated.openDirectory(name, in: parent)
    new.withLock { new in
      if name == "new" { new.insert(descriptor) } else { new.remove(descriptor) }
    }
    return descriptor
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    if !isMended.load(ordering: .acquiring), new.withLock({ $0.contains(descriptor) }) {
      throw SystemError(.fsync, EIO)
    }
    try simulated.flush(descriptor)
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    if isMended.load(ordering: .acquiring) { try simulated.flushFileSystem(of: directory) }
  }
}
