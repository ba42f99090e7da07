import FoundationEssentials
import Glibc
import Spooling

/// A regular file that is read whole, up to a limit.
struct BoundedFile {
  let bytes: [UInt8]
  /// Whether the file's own mode lets every user of the machine read it.
  let isWorldReadable: Bool
  /// The file's stamp from before the bytes were read; nil for a draft.
  let stamp: FileStamp?

  /// The reason why a file couldn't be read.
  enum Failure: Error, Equatable {
    case missing
    /// The system's reason.
    case unreadable(String)
    case notRegular
    /// It is a link that neither root nor this process's user made.
    case strangeLink
    /// The file has more bytes than this limit.
    case tooLarge(Int)
  }

  /// Reads a file of at most `limit` bytes. Links are followed. A FIFO or a device is refused
  /// instead of waited for.
  static func read(
    _ path: String, limit: Int, _ flags: Int32 = 0
  ) throws(Failure) -> BoundedFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    guard status.st_size <= limit else { throw .tooLarge(limit) }
    let bytes = try content(of: descriptor, limit: limit, expected: Int(status.st_size))
    return BoundedFile(
      bytes: bytes, isWorldReadable: status.st_mode & S_IROTH != 0, stamp: FileStamp(status))
  }

  /// `O_PATH`, which Swift's Glibc lacks: opens the place itself, also that of a link.
  private static let placeOnly: Int32 = 0o10_000_000

  /// Reads a file of the configuration of at most `limit` bytes. A link is followed if root or this
  /// process's real user made it. Others who may write into the folder could lead to a file that
  /// only this process can read, and messages would show its text.
  static func readTrusted(_ path: String, limit: Int) throws(Failure) -> BoundedFile {
    let place = open(path, placeOnly | O_CLOEXEC | O_NOFOLLOW)
    guard place >= 0 else {
      throw errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)))
    }
    defer { close(place) }
    var status = stat()
    guard fstat(place, &status) == 0 else {
      throw .unreadable(String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFLNK else {
      return try read(path, limit: limit, O_NOFOLLOW)
    }
    guard status.st_uid == 0 || status.st_uid == getuid() else { throw .strangeLink }
    var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = target.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { readlinkat(place, "", $0.baseAddress!, $0.count) }
    }
    guard count > 0 else { throw .unreadable(String(cString: strerror(errno))) }
    let text = String(decoding: target[..<count], as: UTF8.self)
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return try read(
      text.hasPrefix("/") ? text : "\(folder.joined(separator: "/"))/\(text)", limit: limit)
  }

  private static func content(
    of descriptor: Int32, limit: Int, expected: Int
  ) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(limit, expected) + 1)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= limit else { throw .tooLarge(limit) }
    }
  }
}

extension BoundedFile.Failure: CustomStringConvertible {
  /// The text that follows the file's name in a message.
  var description: String {
    switch self {
    case .missing: "does not exist"
    case .unreadable(let reason): "can't be read: \(reason)"
    case .notRegular: "isn't a regular file"
    case .strangeLink: "is a link that neither root nor this user made, and isn't followed"
    case .tooLarge(let limit): "is larger than \(ByteSize.text(limit))"
    }
  }
}

/// The names in a folder.
enum FolderListing {
  /// Returns the names in order, without `.` and `..`. Bytes that aren't UTF-8 are replaced.
  ///
  /// - Throws: `missing` or `unreadable`. An incomplete list is never returned.
  static func names(in folder: String) throws(BoundedFile.Failure) -> [String] {
    let system = LinuxFileSystem()
    do throws(SystemError) {
      let directory = try system.openDirectory(folder, in: nil)
      defer { close(directory) }
      return try system.names(in: directory).sorted()
    } catch {
      throw error.number == ENOENT
        ? .missing : .unreadable(String(cString: strerror(error.number)))
    }
  }
}
