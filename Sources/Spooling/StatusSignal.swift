import CLinux
import Glibc

extension StatusFolder {
  /// Why a process was not sent a signal.
  public enum SignalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No file names a process.
    case unnamed
    /// There is no such process, or it belongs to another user than the file that names it.
    case stranger(process: Int32)
    /// The system's reason.
    case refused(process: Int32, SystemError)

    public var description: String {
      switch self {
      case .unnamed: "its status file names no process"
      case .stranger(let process):
        "process \(process), which its status file names, is none of that file's owner"
      case .refused(let process, let error): "process \(process): \(error)"
      }
    }
  }

  private struct Named: Decodable { let process: Int32 }

  /// Sends a signal to the process that a status file names, where both belong to the same user: root does
  /// nothing for the writer of the file that the writer could not do.
  public func signal(_ number: Int32, to name: String) throws(SignalError) {
    guard let file = try? file(of: name), file.size <= Self.mostRead,
      let bytes = try? file.read(0..<Self.mostRead),
      let process = BoundedJSON.decode(Named.self, from: bytes)?.process
    else { throw .unnamed }
    // 0 and less are groups of processes, or all there are; 1 belongs to the system.
    guard process > 1 else { throw .stranger(process: process) }
    // Opened before the look at whose it is: a number is given to another process, this is not.
    let descriptor = linux_pidfd(process)
    guard descriptor >= 0 else {
      if errno == ESRCH { throw .stranger(process: process) }
      throw .refused(process: process, SystemError(.pidfdOpen, errno))
    }
    defer { close(descriptor) }
    guard Self.users(of: process).contains(file.owner) else {
      throw .stranger(process: process)
    }
    if linux_signal_pidfd(descriptor, number) != 0 {
      throw .refused(process: process, SystemError(.pidfdSendSignal, errno))
    }
  }

  /// Whether a process is there, whoever's it is.
  public static func isThere(_ process: Int32) -> Bool {
    process > 1 && (kill(process, 0) == 0 || errno == EPERM)
  }

  /// The users who may send a process a signal: the one that it runs as, and the saved one (kill(2)). Not the
  /// owner of `/proc/<process>`, which is root where a process changed its user.
  private static func users(of process: Int32) -> [uid_t] {
    guard let folder = try? Directory(path: "/proc/\(process)", on: LinuxFileSystem()),
      let bytes = try? folder.read("status", limit: 64 << 10)
    else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("Uid:") }) else { return [] }
    let users = line.dropFirst(4).split(separator: "\t").compactMap { uid_t($0) }
    return users.count == 4 ? [users[0], users[2]] : []
  }
}
