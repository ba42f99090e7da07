@testable import Spooling

/// A file system that reads zeros instead of the written bytes.
struct WrongReadFileSystem: WrappedFileSystem {
  let base: any FileSystem

  func read(
    _ name: String, in directory: Descriptor, limit: Int
  ) throws(SystemError) -> [UInt8] {
    [UInt8](repeating: 0, count: try base.read(name, in: directory, limit: limit).count)
  }
}
