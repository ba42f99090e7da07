import Glibc

/// Where each process says how it is: `status/<process>.json` in the state directory.
///
/// A file is replaced whole, by a rename, so that a reader sees the old one or the new one, also where the
/// process is killed between. It is not flushed: after a power cut it may be older, or missing.
public struct StatusFolder: Sendable {
  public let path: String
  /// The most bytes that are read of a file.
  private static let limit = 64 << 20

  /// - Parameter state: the state directory.
  public init(state: String) { path = state + "/status" }

  /// The whole file of a process; nil if there is none, or it can't be read.
  public func read(_ process: String) -> [UInt8]? { read(file: "\(process).json") }

  /// A file of another name, whole; nil if there is none, or it can't be read.
  public func read(file name: String) -> [UInt8]? {
    (try? Directory(path: path, on: LinuxFileSystem()))?.text(name, limit: Self.limit)
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
    let folder = try Directory(path: path, on: LinuxFileSystem())
    // Always the same name: what a process that was killed leaves behind, the next one takes away.
    let unfinished = ".\(name).new"
    try folder.remove(unfinished)
    try folder.write(bytes, as: unfinished)
    if renameat(folder.descriptor, unfinished, folder.descriptor, name) != 0 {
      throw SystemError(.renameat2, errno)
    }
  }

  /// The processes that there are files of, in order of their names.
  public var processes: [String] {
    let names = (try? Directory(path: path, on: LinuxFileSystem()).names()) ?? []
    return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(5)) }.sorted()
  }
}
