import Glibc
import Synchronization

@testable import Spooling

/// A file system that holds publishers at their flush, so that files stay in `tmp/` for a while.
final class HeldPublishing: WrappedFileSystem {
  let base: any FileSystem
  private let isHeld = Atomic(false)

  init(base: any FileSystem) { self.base = base }

  func hold() { isHeld.store(true, ordering: .releasing) }

  func release() { isHeld.store(false, ordering: .releasing) }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    while isHeld.load(ordering: .acquiring) { usleep(500) }
    try base.flushFileSystem(of: directory)
  }
}
