import Glibc

/// A folder that files are copied into, to be carried elsewhere. Each file is whole or missing, has
/// the mode 0600, and is durable once `flush` has returned.
///
/// Links in the folder are not followed, and no file in it is replaced.
public final class ExportFolder: Sendable {
  /// Why a file could not be copied into the folder.
  public enum Failure: Error, CustomStringConvertible {
    /// The folder can't be made, opened or written.
    case unusable(String, SystemError)
    /// The name belongs to a file with other content.
    case taken(String)
    /// The original can't be read.
    case unreadable(String, SystemError)

    /// The error in words, with a remedy where the user lacks a permission.
    public var description: String {
      switch self {
      case .unusable(let path, let error):
        "\(path): \(error)"
          + (error.number == EACCES
            ? "; name a folder that isn't there yet: it is made for user \(SystemUser.name)" : "")
      case .taken(let path): "\(path) is there already with other content: nothing was changed"
      case .unreadable(let path, let error): "\(path): \(error)"
      }
    }
  }

  /// The path of the folder, as it was given.
  public let path: String
  private let directory: Directory

  /// Opens a folder, and makes it with the mode 0700 if it is missing.
  ///
  /// - Parameters:
  ///   - path: the path of the folder. Its last part must not be a link.
  ///   - owner: the user and group that it gets if root makes it.
  /// - Throws: `unusable` if the folder can't be opened or made.
  public init(path: String, owner: SystemUser) throws(Failure) {
    let parts = path.split(separator: "/")
    let name = parts.last.map(String.init) ?? "/"
    let above = parts.dropLast().joined(separator: "/")
    let start = path.hasPrefix("/") ? "/" : "./"
    self.path = path
    do throws(SystemError) {
      let parent = try Directory(path: "\(start)\(above)", on: LinuxFileSystem())
      var isNew = true
      do throws(SystemError) {
        try parent.makeDirectory(name, mode: 0o700)
      } catch {
        if error.number != EEXIST { throw error }
        isNew = false
      }
      directory = try parent.directory(name)
      if isNew {
        try parent.flush()
        try directory.giveAsRoot(to: owner)
      }
    } catch {
      throw .unusable(path, error)
    }
  }

  /// Writes a file into the folder.
  ///
  /// - Returns: false if it was there already, with the same content.
  func add(_ bytes: [UInt8], as name: String) throws(Failure) -> Bool {
    let part = ".\(name).part"
    do throws(SystemError) {
      // An interrupted command may have left this file.
      try directory.remove(part)
      try directory.write([bytes], as: part, mode: 0o600, isFlushed: true)
      do throws(SystemError) {
        try directory.move(part, to: directory, as: name)
        return true
      } catch {
        try? directory.unlink(part)
        if error.number != EEXIST { throw error }
      }
    } catch {
      throw .unusable("\(path)/\(name)", error)
    }
    guard let there = directory.text(name, limit: bytes.count + 1), there == bytes else {
      throw .taken("\(path)/\(name)")
    }
    return false
  }

  /// Makes the files in the folder durable.
  public func flush() throws(Failure) {
    do {
      try directory.flush()
    } catch {
      throw .unusable(path, error)
    }
  }
}

extension Directory {
  /// Gives a directory that root has just made to a user. Does nothing for any other user than
  /// root.
  fileprivate func giveAsRoot(to owner: SystemUser) throws(SystemError) {
    var status = stat()
    guard geteuid() == 0 else { return }
    // Another user who may write to the directory above may have put another directory in its
    // place.
    guard fstat(descriptor, &status) == 0, status.st_uid == 0 else {
      throw SystemError(.openat, ENOTDIR)
    }
    try give(to: owner)
  }
}
