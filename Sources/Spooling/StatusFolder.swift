import Glibc

/// Where each process says how it is: `status/<process>.json` in the state directory.
///
/// A file is replaced whole, by a rename, so that a reader sees the old one or the new one, also where the
/// process is killed between. It is not flushed: after a power cut it may be older, or missing.
///
/// Processes of several users write here: no link is followed, and what a file says is bounded by whoever
/// reads it.
public struct StatusFolder: Sendable {
  private let state: String
  public var path: String { state + "/status" }
  /// The most bytes that are read of a file.
  public static let mostRead = 64 << 20

  /// - Parameter state: the state directory.
  public init(state: String) { self.state = state }

  /// The whole file of a process; nil if there is none, it has more bytes than this, or it can't be read.
  public func read(_ process: String, limit: Int = StatusFolder.mostRead) -> [UInt8]? {
    read(file: "\(process).json", limit: limit)
  }

  /// A file of another name, likewise.
  public func read(file name: String, limit: Int = StatusFolder.mostRead) -> [UInt8]? {
    guard let file = try? TaskFile(name, in: try folder()), file.size <= limit else { return nil }
    return try? file.read(0..<limit)
  }

  /// A process's file, open.
  func file(of process: String) throws(SystemError) -> TaskFile {
    try TaskFile("\(process).json", in: try folder())
  }

  /// Whether this user may not look at the file of a process, if there is one.
  public func isDenied(_ process: String) -> Bool {
    access("\(path)/\(process).json", R_OK) != 0 && errno == EACCES
  }

  /// Replaces the file of a process; the folder is made where it is missing. One thread at a time may
  /// call it for a process.
  public func put(_ bytes: [UInt8], of process: String) throws(SystemError) {
    try put(bytes, as: "\(process).json")
  }

  /// Replaces a file of another name, likewise.
  public func put(_ bytes: [UInt8], as name: String) throws(SystemError) {
    if mkdir(path, 0o750) != 0, errno != EEXIST { throw SystemError(.mkdirat, errno) }
    let folder = try folder()
    // Always the same name: what a process that was killed leaves behind, the next one takes away.
    let unfinished = ".\(name).new"
    try folder.remove(unfinished)
    try folder.write(bytes, as: unfinished)
    if renameat(folder.descriptor, unfinished, folder.descriptor, name) != 0 {
      throw SystemError(.renameat2, errno)
    }
  }

  private func folder() throws(SystemError) -> Directory {
    try Directory("status", in: state, on: LinuxFileSystem())
  }
}
