import Dispatch
import Synchronization

@testable import Spooling

/// A file system with a gate. It holds the first flush after the gate is shut until the gate opens,
/// and reports its arrival. Either flushes of whole files and directories are held, or those of the
/// log's data.
final class GatedFileSystem: WrappedFileSystem {
  let base: any FileSystem
  private let isOfLog: Bool
  private let isShut = Atomic(false)
  private let arrivals = DispatchSemaphore(value: 0)
  private let gate = DispatchSemaphore(value: 0)

  init(_ base: any FileSystem, ofLog isOfLog: Bool = false) {
    self.base = base
    self.isOfLog = isOfLog
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    if !isOfLog { pass() }
    try base.flush(descriptor)
  }

  func flushData(_ file: Descriptor) throws(SystemError) {
    if isOfLog { pass() }
    try base.flushData(file)
  }

  private func pass() {
    if isShut.exchange(false, ordering: .acquiringAndReleasing) {
      arrivals.signal()
      gate.wait()
    }
  }

  func shut() { isShut.store(true, ordering: .releasing) }

  func waitForArrival() { arrivals.wait() }

  func open() { gate.signal() }
}
