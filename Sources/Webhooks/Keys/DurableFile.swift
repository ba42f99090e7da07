import Foundation
import Spooling

/// Small files that are replaced whole, and flushed to the device. Not for the receiving path.
///
/// Everything is done in the open folder and to the open file: whoever may write the folder can put links in
/// place of both meanwhile, and none is followed.
enum DurableFile {
  /// Whoever reads the path sees what was there before, or all of this; after it returned, a power cut
  /// changes nothing about that.
  ///
  /// - Parameters:
  ///   - owner: whose the file is to be; nil for this process's user.
  ///   - isNew: whether it fails where there is something at the path.
  static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t, owner: SystemUser? = nil, isNew: Bool = false
  ) throws {
    let (folder, name) = try open(folderOf: path)
    defer { close(folder) }
    let draft = "\(name).\(UInt64.random(in: 0...UInt64.max)).tmp"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = try check(openat(folder, draft, flags, mode), path)
    do {
      defer { close(file) }
      try check(fchmod(file, mode), path)
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = try check(
          rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }, path)
        rest = rest.dropFirst(count)
      }
      if let owner { try check(fchown(file, owner.user, owner.group), path) }
      try check(fsync(file), path)
      if isNew {
        try check(linkat(folder, draft, folder, name, 0), path)
        unlinkat(folder, draft, 0)
      } else {
        try check(renameat(folder, draft, folder, name), path)
      }
    } catch {
      unlinkat(folder, draft, 0)
      throw error
    }
    try check(fsync(folder), path)
  }

  /// Makes a folder, if there is none.
  ///
  /// - Parameter owner: whose it is to be; nil for this process's user.
  static func makeFolder(_ path: String, mode: mode_t, owner: SystemUser?) throws {
    if mkdir(path, mode) != 0 {
      if errno == EEXIST { return }
      throw Failure(path: path, reason: String(cString: strerror(errno)))
    }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    let folder = try check(Foundation.open(path, flags), path)
    defer { close(folder) }
    if let owner { try check(fchown(folder, owner.user, owner.group), path) }
  }

  /// Removes a file; a power cut after it returned doesn't bring it back.
  static func remove(_ path: String) throws {
    let (folder, name) = try open(folderOf: path)
    defer { close(folder) }
    try check(unlinkat(folder, name, 0), path)
    try check(fsync(folder), path)
  }

  private static func open(folderOf path: String) throws -> (descriptor: Int32, name: String) {
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    let descriptor = Foundation.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return (try check(descriptor, folder), url.lastPathComponent)
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
