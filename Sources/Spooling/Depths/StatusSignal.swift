import Bytes
import CLinux
import Glibc

extension StatusFolder {
  /// Why a signal was not sent to a process.
  public enum SignalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The status file is missing or names no process.
    case unnamed
    /// The process doesn't exist, or belongs to another user than the file that names it.
    case stranger(process: Int32)
    /// The system refused it, for this reason.
    case refused(process: Int32, SystemError)

    /// The error in words.
    public var description: String {
      switch self {
      case .unnamed: "its status file names no process"
      case .stranger(let process):
        "process \(process), which its status file names, doesn't belong to that file's owner"
      case .refused(let process, let error): "process \(process): \(error)"
      }
    }
  }

  private struct Named: Decodable { let process: Int32 }

  /// Sends a signal to the process that a status file names, if both belong to the same user.
  ///
  /// So root does nothing for the writer of the file that the writer could not do.
  public func signal(_ number: Int32, to name: String) throws(SignalError) {
    guard let file = try? file(of: name), file.size <= Self.mostRead,
      let bytes = try? file.read(0..<Self.mostRead),
      let process = BoundedJSON.decode(Named.self, from: bytes)?.process
    else { throw .unnamed }
    guard Self.mayBeOurs(process) else { throw .stranger(process: process) }
    // The process is opened before its owner is looked at: its number may be given to another
    // process, the descriptor may not.
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

  /// Whether a number can be that of a process of ours. 0 and negative numbers are groups of
  /// processes or all processes. 1 is the system's, and root's; in a container it is ours.
  private static func mayBeOurs(_ process: Int32) -> Bool {
    process > 1 || process == 1 && !users(of: 1).contains(0)
  }

  /// Whether a process exists, of any user.
  public static func isThere(_ process: Int32) -> Bool {
    guard mayBeOurs(process) else { return false }
    // Not kill(2), which the sandbox of the pages' helper forbids.
    let descriptor = linux_pidfd(process)
    guard descriptor < 0 else { return close(descriptor) == 0 }
    return errno != ESRCH && errno != EINVAL
  }

  /// Returns the users who may send a process a signal: its real and its saved user (kill(2)). The
  /// owner of `/proc/<process>` doesn't count: it is root if the process changed its user.
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
