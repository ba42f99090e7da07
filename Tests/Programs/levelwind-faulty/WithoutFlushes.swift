import Spooling

/// The real file system without any flush, and with no other change, for measurements.
struct WithoutFlushes: FileSystem {
  private let base = LinuxFileSystem()

  func flush(_ descriptor: Descriptor) throws(SystemError) {}

  func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    try base.openDirectory(name, in: parent)
  }

  func makeDirectory(
    _ name: String, in parent: Descriptor?, mode: UInt32
  ) throws(SystemError) {
    try base.makeDirectory(name, in: parent, mode: mode)
  }

  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    try base.createFile(name, in: directory, mode: mode)
  }

  func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError) {
    try base.write(parts, to: file)
  }

  func close(_ descriptor: Descriptor) throws(SystemError) { try base.close(descriptor) }

  func rename(_ name: String, from: Descriptor, to: Descriptor) throws(SystemError) {
    try base.rename(name, from: from, to: to)
  }

  func unlink(_ name: String, in directory: Descriptor) throws(SystemError) {
    try base.unlink(name, in: directory)
  }

  func names(in directory: Descriptor) throws(SystemError) -> [String] {
    try base.names(in: directory)
  }

  func read(
    _ name: String, in directory: Descriptor, limit: Int
  ) throws(SystemError) -> [UInt8] {
    try base.read(name, in: directory, limit: limit)
  }

  func space(of directory: Descriptor) throws(SystemError) -> Space {
    try base.space(of: directory)
  }

  func leads(_ path: String, to directory: Descriptor) throws(SystemError) -> Bool {
    try base.leads(path, to: directory)
  }

  func device(of directory: Descriptor) throws(SystemError) -> UInt64 {
    try base.device(of: directory)
  }

  func lock(_ directory: Descriptor, exclusively: Bool) throws(SystemError) -> Bool {
    try base.lock(directory, exclusively: exclusively)
  }

  func openFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor {
    try base.openFile(name, in: directory)
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: Descriptor) throws(SystemError) {
    try base.write(bytes, at: offset, to: file)
  }

  func read(_ count: Int, at offset: Int, of file: Descriptor) throws(SystemError) -> [UInt8] {
    try base.read(count, at: offset, of: file)
  }

  func begin(_ count: Int, at offset: Int, of file: Descriptor) {}

  func flushData(_ file: Descriptor) throws(SystemError) {}

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {}

  func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool {
    try base.exists(name, in: directory)
  }
}
