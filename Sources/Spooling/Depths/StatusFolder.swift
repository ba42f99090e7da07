import Glibc

/// The directory in which each process reports its state: `status/<process>.json` in the state
/// directory.
///
/// A file is replaced as a whole, by a rename, so that a reader sees the old one or the new one,
/// even if the process is killed in between. It isn't flushed: after a power cut it may be older,
/// or missing.
///
/// Processes of several users write here. So links are not followed, and the reader bounds the
/// numbers in a file.
public struct StatusFolder: Sendable {
  private let state: String
  /// The path of the directory.
  public var path: String { state + "/status" }
  /// The most bytes that are read of a file.
  public static let mostRead = 64 << 20

  /// - Parameter state: the state directory.
  public init(state: String) { self.state = state }

  /// Reads the whole file of a process; nil if it is missing, can't be read, or has more than
  /// `limit` bytes.
  public func read(_ process: String, limit: Int = StatusFolder.mostRead) -> [UInt8]? {
    read(file: "\(process).json", limit: limit)
  }

  /// Reads a file of another name, in the same way.
  public func read(file name: String, limit: Int = StatusFolder.mostRead) -> [UInt8]? {
    guard let file = try? TaskFile(name, in: try folder()), file.size <= limit else { return nil }
    return try? file.read(0..<limit)
  }

  /// Opens the file of a process.
  func file(of process: String) throws(SystemError) -> TaskFile {
    try TaskFile("\(process).json", in: try folder())
  }

  /// What tells one file of a process from the next: each write makes a new one.
  public struct Stamp: Equatable {
    private let number: ino_t
    private let seconds: Int
    private let nanoseconds: Int

    fileprivate init(_ status: stat) {
      number = status.st_ino
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  /// Returns the stamp of the file of a process; nil if there isn't one that can be looked at.
  public func stamp(of process: String) -> Stamp? {
    var status = stat()
    return lstat("\(path)/\(process).json", &status) == 0 ? Stamp(status) : nil
  }

  /// Whether this user may not read the file of a process, or not even see whether it exists.
  public func isDenied(_ process: String) -> Bool {
    access("\(path)/\(process).json", R_OK) != 0 && errno == EACCES
  }

  /// Replaces the file of a process, and makes the directory if it is missing. Only one thread at a
  /// time may call this for a process.
  public func put(_ bytes: [UInt8], of process: String) throws(SystemError) {
    try put(bytes, as: "\(process).json")
  }

  /// Replaces a file of another name, in the same way.
  public func put(_ bytes: [UInt8], as name: String) throws(SystemError) {
    if mkdir(path, 0o750) != 0, errno != EEXIST { throw SystemError(.mkdirat, errno) }
    let folder = try folder()
    // The name is always the same, so that the next process removes what a killed one left.
    let unfinished = ".\(name).new"
    try folder.remove(unfinished)
    try folder.write([bytes], as: unfinished)
    try folder.rename(unfinished, over: name)
  }

  private func folder() throws(SystemError) -> Directory {
    try Directory("status", in: state, on: LinuxFileSystem())
  }
}
