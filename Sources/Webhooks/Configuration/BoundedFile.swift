import Foundation

/// A regular file read whole, up to a limit.
struct BoundedFile {
  let bytes: [UInt8]
  /// Whether every user of the machine may read it, as far as the file's own mode goes.
  let isWorldReadable: Bool

  /// Why a file could not be read.
  enum Failure: Error, Equatable {
    case missing
    /// The system's reason.
    case unreadable(String)
    case notRegular
    /// It has more bytes than this.
    case tooLarge(Int)
  }

  /// Links are followed; a FIFO or a device is refused, not waited for.
  static func read(_ path: String, limit: Int) throws(Failure) -> BoundedFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
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
    return BoundedFile(bytes: bytes, isWorldReadable: status.st_mode & S_IROTH != 0)
  }

  private static func content(
    of descriptor: Int32, limit: Int, expected: Int
  ) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(limit, expected) + 1)
    while true {
      let count = Foundation.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= limit else { throw .tooLarge(limit) }
    }
  }
}

extension BoundedFile.Failure: CustomStringConvertible {
  /// Follows the file's name in a message.
  var description: String {
    switch self {
    case .missing: "does not exist"
    case .unreadable(let reason): "can't be read: \(reason)"
    case .notRegular: "is no regular file"
    case .tooLarge(let limit): "is larger than \(ByteSize.text(limit))"
    }
  }
}
