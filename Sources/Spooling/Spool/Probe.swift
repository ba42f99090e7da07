import Glibc

/// Does everything to a file system that a commit does, and reads the result back.
enum Probe {
  private static let content = [UInt8](repeating: 0x6c, count: 4096)

  static func run(in directory: Directory) throws(SystemError) {
    try? directory.unlink(TaskName.probe)
    try directory.write([content], as: TaskName.probe, mode: 0o600, isFlushed: true)
    try directory.flush()
    let read = try directory.read(TaskName.probe, limit: content.count + 1)
    try directory.unlink(TaskName.probe)
    try directory.flush()
    if read != content { throw SystemError(.read, EIO) }
  }
}
