import Glibc

/// Does everything to a file system that a commit does, and reads the result back.
enum Probe {
  private static let content = [UInt8](repeating: 0x6c, count: 4096)

  static func run(in directory: Directory) throws(SystemError) {
    try? directory.unlink(TaskName.probe)
    try write(in: directory)
    try directory.flush()
    let read = try directory.read(TaskName.probe, limit: content.count + 1)
    try directory.unlink(TaskName.probe)
    try directory.flush()
    if read != content { throw SystemError(.read, EIO) }
  }

  private static func write(in directory: Directory) throws(SystemError) {
    let fileSystem = directory.fileSystem
    let file = try directory.create(TaskName.probe, mode: 0o600)
    do {
      try fileSystem.write([content], to: file)
      try fileSystem.flush(file)
    } catch {
      try? fileSystem.close(file)
      throw error
    }
    try fileSystem.close(file)
  }
}
