import Bytes
import Dispatch
import Glibc

@testable import Spooling

/// A file system on which two commits meet at the flush of their directory. Both have moved their
/// task into it by then, and the first flush fails.
final class MeetingFileSystem: WrappedFileSystem {
  private struct State {
    var isOn = false
    var directories: Set<Descriptor> = []
    var waiting = 0
  }
  private let disk: SimulatedFileSystem
  private let state = Mutex(State())
  private let both = DispatchSemaphore(value: 0)
  private let first = Mutex(true)

  var base: any FileSystem { disk }

  init(_ disk: SimulatedFileSystem) { self.disk = disk }

  func begin() { state.withLock { $0.isOn = true } }

  func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    let descriptor = try disk.openDirectory(name, in: parent)
    if name == "new" { state.withLock { _ = $0.directories.insert(descriptor) } }
    return descriptor
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    let (meets, isLast) = state.withLock { state -> (Bool, Bool) in
      guard state.isOn, state.directories.contains(descriptor) else { return (false, false) }
      state.waiting += 1
      return (true, state.waiting == 2)
    }
    guard meets else { return try disk.flush(descriptor) }
    if isLast { both.signal() } else { both.wait() }
    try first.withLock { (first) throws(SystemError) in
      if first { disk.failNext(.fsync, with: EIO) }
      first = false
      try disk.flush(descriptor)
    }
  }
}
