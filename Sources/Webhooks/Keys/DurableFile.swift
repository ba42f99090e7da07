import Foundation

/// Small files that are replaced whole, and flushed to the device. Not for the receiving path.
enum DurableFile {
  /// Whoever reads the path sees what was there before, or all of this; after it returned, a power cut
  /// changes nothing about that.
  ///
  /// - Parameter isNew: whether it fails where there is something at the path.
  static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t, owner: Owner? = nil, isNew: Bool = false
  ) throws {
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
      if isNew {
        try check(link(draft, path), path)
        unlink(draft)
      } else {
        try check(rename(draft, path), path)
      }
    } catch {
      unlink(draft)
      throw error
    }
    try flush(folder)
  }

  /// Removes a file; a power cut after it returned doesn't bring it back.
  static func remove(_ path: String) throws {
    try check(unlink(path), path)
    try flush(URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false))
  }

  private static func flush(_ folder: String) throws {
    let directory = try check(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder)
    defer { close(directory) }
    try check(fsync(directory), folder)
  }

  /// A call that failed.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    /// Whether there was something that should not have been there.
    var isThere = false
    var description: String { "\(path): \(reason)" }
  }

  @discardableResult
  private static func check<Number: BinaryInteger>(_ result: Number, _ path: String) throws
    -> Number
  {
    guard result >= 0 else {
      let number = errno
      throw Failure(
        path: path, reason: String(cString: strerror(number)), isThere: number == EEXIST)
    }
    return result
  }
}
