/// A file of the log, open for writing in place; closed with its last use.
final class LogFile: Sendable {
  private let descriptor: Descriptor
  private let fileSystem: any FileSystem

  init(_ descriptor: Descriptor, on fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.fileSystem = fileSystem
  }

  deinit { try? fileSystem.close(descriptor) }

  func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    try fileSystem.write(bytes, at: offset, to: descriptor)
  }

  /// Has the device begin with what was written, and does not wait for it.
  func begin(_ count: Int, at offset: Int) { fileSystem.begin(count, at: offset, of: descriptor) }

  /// What was written is on the device afterwards.
  func flush() throws(SystemError) { try fileSystem.flushData(descriptor) }
}
