import Dispatch
import Synchronization

@testable import Spooling

/// A file system with a gate. It holds the first flush after the gate is shut until the gate opens,
/// and reports its arrival.
final class GatedFileSystem: WrappedFileSystem {
  let base: any FileSystem
  private let isShut = Atomic(false)
  private let arrivals = DispatchSemaphore(value: 0)
  private let gate = DispatchSemaphore(value: 0)

  init(_ base: any FileSystem) { self.base = base }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    if isShut.exchange(false, ordering: .acquiringAndReleasing) {
      arrivals.signal()
      gate.wait()
    }
    try base.flush(descriptor)
  }

  func shut() { isShut.store(true, ordering: .releasing) }

  func waitForArrival() { arrivals.wait() }

  func open() { gate.signal() }
}
