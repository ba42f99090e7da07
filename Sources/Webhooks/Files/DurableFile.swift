import Foundation
import Spooling

/// Writes small files that are replaced whole and flushed to the device. Too slow for the receiving
/// path.
///
/// All steps use the open folder and the open file. A user who may write the folder can put a link
/// in place of either while this runs, but no link is followed.
enum DurableFile {
  /// Writes a file. A reader of the path sees either the earlier content or all of the new one.
  /// Once this has returned, a power cut can't undo the change.
  ///
  /// - Parameters:
  ///   - bytes: the whole content.
  ///   - path: the path of the file. Its folder must exist.
  ///   - mode: the mode of the new file, whatever the umask is.
  ///   - owner: the owner of the new file; nil for this process's user.
  ///   - isNew: whether to fail if there is something at the path.
  /// - Throws: `Failure` if a system call failed. The earlier file is then still there, unless only
  ///   the last flush failed.
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

  /// Makes a folder, unless there is something at the path. Once this has returned, a power cut
  /// can't undo it.
  ///
  /// - Parameters:
  ///   - path: the path of the folder. Its parent must exist.
  ///   - mode: the mode of the folder, whatever the umask is.
  ///   - owner: the owner of the folder; nil for this process's user.
  /// - Throws: `Failure` if a system call failed.
  static func makeFolder(_ path: String, mode: mode_t, owner: SystemUser?) throws {
    if mkdir(path, mode) != 0 {
      if errno == EEXIST { return }
      throw Failure(path: path, reason: String(cString: strerror(errno)))
    }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    let folder = try check(Foundation.open(path, flags), path)
    defer { close(folder) }
    // The umask may have taken some of it.
    try check(fchmod(folder, mode), path)
    if let owner { try check(fchown(folder, owner.user, owner.group), path) }
    let parent = try Self.open(folderOf: path).descriptor
    defer { close(parent) }
    try check(fsync(parent), path)
  }

  /// Removes a file. Once this has returned, a power cut can't bring the file back.
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

  /// A system call that failed.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    /// Whether the cause was that something already exists at the path.
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
