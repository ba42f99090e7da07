import Foundation
import Spooling

/// A refused delivery that is kept.
public struct KeptRefusal: Sendable {
  public let verdict: RefusalVerdict
  let path: String

  /// The request as an HTTP/1.1 message.
  ///
  /// - Throws: why it can't be read.
  public func message() throws -> [UInt8] {
    try BoundedFile.read("\(path).http", limit: 1 << 30).bytes
  }

  /// Bytes that it takes.
  public var bytes: Int {
    [".http", ".json"].reduce(0) { sum, ending in
      var status = stat()
      return lstat(path + ending, &status) == 0 ? sum.addingBounded(Int(status.st_size)) : sum
    }
  }

  /// The right to let it in, for one process at a time, until it is closed or the process ends: a descriptor.
  ///
  /// - Returns: nil if another process has it, or if it is kept no longer.
  public func claim() -> Int32? {
    let file = open("\(path).json", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    var status = stat()
    // Another process may have let it in while this one waited for its turn.
    guard flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &status) == 0, status.st_nlink > 0 else {
      close(file)
      return nil
    }
    return file
  }

  /// It is kept no longer.
  public func remove() {
    for ending in [".json", ".http"] { unlink(path + ending) }
  }
}
