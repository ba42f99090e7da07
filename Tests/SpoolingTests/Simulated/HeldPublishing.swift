import Dispatch
import Synchronization

@testable import Spooling

/// A file system that holds publishers at their flush, so that files stay in `tmp/` for a while.
final class HeldPublishing: WrappedFileSystem {
  let base: any FileSystem
  private let isHeld = Atomic(false)
  private let gate = DispatchSemaphore(value: 0)

  init(base: any FileSystem) { self.base = base }

  func hold() { isHeld.store(true, ordering: .releasing) }

  func release() {
    isHeld.store(false, ordering: .releasing)
    gate.signal()
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    if isHeld.load(ordering: .acquiring) { gate.wait() }
    try base.flushFileSystem(of: directory)
  }
}
