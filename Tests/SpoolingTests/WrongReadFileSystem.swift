@testable import Spooling

/// Gives back zeros for what was written.
struct WrongReadFileSystem: WrappedFileSystem {
  let base: any FileSystem

  func read(
    _ name: String, in directory: Descriptor, limit: Int
  ) throws(SystemError) -> [UInt8] {
    [UInt8](repeating: 0, count: try base.read(name, in: directory, limit: limit).count)
  }
}
