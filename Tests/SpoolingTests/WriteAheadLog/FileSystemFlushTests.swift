import Bytes
import Glibc
import Testing

@testable import Harness
@testable import Spooling

/// The flush of a file system tells of what failed since its descriptor was opened, and once.
@Suite struct FileSystemFlushTests {
  @Test func `it is asked of a directory that was open before the files were written`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let order = OpeningOrder(base: disk)
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1,
      fileSystem: order, layout: WALLayout(interval: .zero, calm: .zero, firstPause: .zero),
      spaceAge: .zero, lookEvery: nil)
    Scenario.update(spools)
    for _ in 1...3 {
      // After a failure, each spool is opened anew when its turn comes: the second after the files
      // of the first are written.
      disk.fail(.renameat2, with: EACCES)
      #expect(Scenario.isAcknowledged(Scenario.commit(["a", "b"]), by: spools))
      try until("both have failed") {
        spools.status.unpublished.values.count { $0.problem != nil } == 2
      }
      disk.fail(.renameat2, with: nil)
      try until("both are published") { spools.status.unpublished.isEmpty }
    }
    spools.stop()
    #expect(order.flushes.count >= 3)
    #expect(order.flushes.allSatisfy { $0 })
  }
}

/// Knows what was opened before what.
private final class OpeningOrder: WrappedFileSystem {
  private struct State {
    var count = 0
    var opened: [Descriptor: Int] = [:]
    /// Where spools' files are written.
    var tmp: Set<Descriptor> = []
    /// The first file in one of these since the last flush.
    var firstFile: Int?
    var flushes: [Bool] = []
  }
  let base: any FileSystem
  private let state = Mutex(State())

  init(base: any FileSystem) { self.base = base }

  /// Of each flush, whether its directory was open before the files were created.
  var flushes: [Bool] { state.withLock { $0.flushes } }

  func openDirectory(_ name: String, in parent: Descriptor?) throws(SystemError) -> Descriptor {
    let descriptor = try base.openDirectory(name, in: parent)
    state.withLock { state in
      state.count += 1
      state.opened[descriptor] = state.count
      if name == "tmp" { state.tmp.insert(descriptor) } else { state.tmp.remove(descriptor) }
    }
    return descriptor
  }

  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    state.withLock { state in
      state.count += 1
      if state.tmp.contains(directory) { state.firstFile = state.firstFile ?? state.count }
    }
    return try base.createFile(name, in: directory, mode: mode)
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    state.withLock { state in
      if let first = state.firstFile {
        state.flushes.append(state.opened[directory].map { $0 < first } ?? false)
      }
      state.firstFile = nil
    }
    try base.flushFileSystem(of: directory)
  }
}
