import Foundation

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
      return lstat(path + ending, &status) == 0 ? sum + Int(status.st_size) : sum
    }
  }

  /// It is kept no longer.
  public func remove() {
    for ending in [".json", ".http"] { unlink(path + ending) }
  }
}
