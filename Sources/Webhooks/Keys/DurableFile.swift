import Foundation

/// Small files that are replaced whole, and flushed to the device. Not for the receiving path.
enum DurableFile {
  /// Whoever reads the path sees what was there before, or all of this; after it returned, a power cut
  /// changes nothing about that.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t, owner: Owner? = nil) throws {
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let draft = "\(path).\(UInt64.random(in: 0...UInt64.max)).tmp"
    let file = try check(open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), draft)
    do {
      defer { close(file) }
      try check(fchmod(file, mode), draft)
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = try check(
          rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }, draft)
        rest = rest.dropFirst(count)
      }
      try owner?.give(draft)
      try check(fsync(file), draft)
      try check(rename(draft, path), path)
    } catch {
      unlink(draft)
      throw error
    }
    let directory = try check(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder)
    defer { close(directory) }
    try check(fsync(directory), folder)
  }

  /// A call that failed.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path): \(reason)" }
  }

  @discardableResult
  private static func check<Number: BinaryInteger>(_ result: Number, _ path: String) throws
    -> Number
  {
    guard result >= 0 else { throw Failure(path: path, reason: String(cString: strerror(errno))) }
    return result
  }
}
