import Bytes
import Glibc

@testable import Spooling

/// Has room for so many bytes in files.
final class FullFileSystem: WrappedFileSystem {
  private struct State {
    var room = Int.max
    var names: [Descriptor: String] = [:]
    var sizes: [String: Int] = [:]
  }
  let base: any FileSystem
  private let state = Mutex(State())

  init(_ base: any FileSystem) { self.base = base }

  func makeRoom(_ bytes: Int) { state.withLock { $0.room = bytes } }

  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    let descriptor = try base.createFile(name, in: directory, mode: mode)
    state.withLock { $0.names[descriptor] = name }
    return descriptor
  }

  func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError) {
    let size = parts.reduce(0) { $0 + $1.count }
    let fits = state.withLock { state in
      guard state.room >= size, let name = state.names[file] else { return false }
      state.room -= size
      state.sizes[name] = size
      return true
    }
    if !fits { throw SystemError(.writev, ENOSPC) }
    try base.write(parts, to: file)
  }

  func unlink(_ name: String, in directory: Descriptor) throws(SystemError) {
    try base.unlink(name, in: directory)
    state.withLock { $0.room = $0.room.addingBounded($0.sizes.removeValue(forKey: name) ?? 0) }
  }
}
