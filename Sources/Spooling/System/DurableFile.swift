import FoundationEssentials
import Glibc

/// Writes small files that are replaced whole and flushed to the device. Too slow for the receiving
/// path.
///
/// All steps use the open folder and the open file. A user who may write the folder can put a link
/// in place of either while this runs, but no link is followed.
package enum DurableFile {
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
  package static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32, owner: SystemUser? = nil, isNew: Bool = false
  ) throws {
    let (folder, name) = try open(folderOf: path)
    let draft = "\(name).\(UInt64.random(in: 0...UInt64.max)).tmp"
    try attempt(path) { () throws(SystemError) in
      try folder.write([bytes], as: draft, mode: mode, owner: owner, isFlushed: true)
      if isNew {
        // Unlike a rename that doesn't replace, every file system of Linux servers has this.
        let isLinked = linkat(folder.descriptor, draft, folder.descriptor, name, 0) == 0
        let error = SystemError(.linkat, errno)
        try? folder.unlink(draft)
        if !isLinked { throw error }
      } else {
        try folder.rename(draft, over: name)
      }
      try folder.flush()
    }
  }

  /// Makes a folder, unless there is something at the path. Once this has returned, a power cut
  /// can't undo it.
  ///
  /// - Parameters:
  ///   - path: the path of the folder. Its parent must exist.
  ///   - mode: the mode of the folder, whatever the umask is.
  ///   - owner: the owner of the folder; nil for this process's user.
  /// - Throws: `Failure` if a system call failed.
  package static func makeFolder(_ path: String, mode: UInt32, owner: SystemUser?) throws {
    let (parent, name) = try open(folderOf: path)
    try attempt(path) { () throws(SystemError) in
      do throws(SystemError) {
        try parent.makeDirectory(name, mode: mode)
      } catch {
        if error.number == EEXIST { return } else { throw error }
      }
      if let owner { try parent.directory(name).give(to: owner) }
      try parent.flush()
    }
  }

  /// Removes a file. Once this has returned, a power cut can't bring the file back.
  package static func remove(_ path: String) throws {
    let (folder, name) = try open(folderOf: path)
    try attempt(path) { () throws(SystemError) in
      try folder.unlink(name)
      try folder.flush()
    }
  }

  private static func open(folderOf path: String) throws -> (Directory, name: String) {
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    let directory = try attempt(folder) { () throws(SystemError) in
      try Directory(path: folder, on: LinuxFileSystem())
    }
    return (directory, url.lastPathComponent)
  }

  /// A system call that failed.
  package struct Failure: Error, CustomStringConvertible {
    package let path: String
    package let reason: String
    /// Whether the cause was that something already exists at the path.
    package var isThere = false
    package var description: String { "\(path): \(reason)" }

    package init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  private static func attempt<Value>(
    _ path: String, _ calls: () throws(SystemError) -> Value
  ) throws(Failure) -> Value {
    do throws(SystemError) {
      return try calls()
    } catch {
      var failure = Failure(path: path, reason: String(cString: strerror(error.number)))
      failure.isThere = error.number == EEXIST
      throw failure
    }
  }
}
