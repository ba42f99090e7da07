import Foundation
import Spooling

/// The configuration's files as commands change them: whole, flushed, and never readable by more users
/// than before.
public struct ConfigurationFiles: Sendable {
  /// The configuration's folder.
  public let directory: String
  /// The group of what root makes, the responder's; nil for the folder's own.
  public let group: gid_t?

  /// Why a file was not changed.
  public enum Failure: Error, CustomStringConvertible {
    case alreadyThere(String)
    case failed(String)

    public var description: String {
      switch self {
      case .alreadyThere(let path): "\(path) is there already"
      case .failed(let reason): reason
      }
    }
  }

  public init(directory: String, group: gid_t?) {
    self.directory = directory
    self.group = group
  }

  /// - Returns: nil if there is no such file.
  public func bytes(of path: String) throws(Failure) -> [UInt8]? {
    do {
      return try BoundedFile.read("\(directory)/\(path)", limit: YAMLDocument.byteLimit).bytes
    } catch {
      if error == .missing { return nil }
      throw .failed("\(path) \(error)")
    }
  }

  public func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat("\(directory)/\(path)", &status) == 0
  }

  /// Makes a file, and its folder where that is missing. A secret can be read by its group alone.
  ///
  /// - Throws: `alreadyThere` if another was faster; it is as it was then.
  public func create(_ path: String, _ bytes: [UInt8], isSecret: Bool = false) throws(Failure) {
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    try make(folder, isSecret: isSecret)
    try attempt(path) {
      try DurableFile.write(
        bytes, to: "\(directory)/\(path)", mode: isSecret ? 0o640 : 0o644, owner: owner,
        isNew: true)
    }
  }

  /// Makes a file with the mode and owner of another.
  public func create(_ path: String, _ bytes: [UInt8], like other: String) throws(Failure) {
    try attempt(path) {
      var status = stat()
      guard stat("\(directory)/\(other)", &status) == 0 else {
        throw DurableFile.Failure(path: other, reason: String(cString: strerror(errno)))
      }
      try DurableFile.write(
        bytes, to: "\(directory)/\(path)", mode: status.st_mode & 0o777,
        owner: owner(of: status), isNew: true)
    }
  }

  /// Puts other content in the place of a file's, with its mode and owner. A link stays a link.
  public func replace(_ path: String, _ bytes: [UInt8]) throws(Failure) {
    try attempt(path) {
      let place = "\(directory)/\(path)"
      guard let target = realpath(place, nil) else {
        throw DurableFile.Failure(path: path, reason: String(cString: strerror(errno)))
      }
      defer { free(target) }
      let file = String(cString: target)
      var status = stat()
      guard stat(file, &status) == 0 else {
        throw DurableFile.Failure(path: path, reason: String(cString: strerror(errno)))
      }
      try DurableFile.write(
        bytes, to: file, mode: status.st_mode & 0o777, owner: owner(of: status))
    }
  }

  /// Removes a file, or the link to it.
  public func remove(_ path: String) throws(Failure) {
    try attempt(path) { try DurableFile.remove("\(directory)/\(path)") }
  }

  private func make(_ folder: String, isSecret: Bool) throws(Failure) {
    try attempt(folder) {
      try DurableFile.makeFolder(
        "\(directory)/\(folder)", mode: isSecret ? 0o750 : 0o755, owner: owner)
    }
  }

  private var owner: SystemUser? {
    guard geteuid() == 0, let group else { return nil }
    return SystemUser(user: 0, group: group)
  }

  /// The owner of another file; nil where this process isn't root, and what it makes is its own.
  private func owner(of status: stat) -> SystemUser? {
    geteuid() == 0 ? SystemUser(user: status.st_uid, group: status.st_gid) : nil
  }

  private func attempt(_ path: String, _ work: () throws -> Void) throws(Failure) {
    do {
      try work()
    } catch let failure as DurableFile.Failure {
      if failure.isThere { throw .alreadyThere(path) }
      throw .failed("\(failure)")
    } catch {
      throw .failed("\(path): \(error)")
    }
  }
}
