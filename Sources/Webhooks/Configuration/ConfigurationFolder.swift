import FoundationEssentials
import Glibc
import Spooling

/// The files of the folder `webhooks` or `incoming`.
struct ConfigurationFolder {
  /// The identifiers of the files whose names are an identifier and `.yaml`, in order.
  private(set) var identifiers: [Identifier] = []
  /// The problems with the names of the other files.
  private(set) var problems: [Problem] = []

  /// Lists a folder. A missing folder counts as empty.
  ///
  /// - Parameters:
  ///   - name: `webhooks` or `incoming`.
  ///   - directory: the configuration's folder.
  /// - Throws: a problem if the folder can't be read.
  init(_ name: String, in directory: String) throws(Problem) {
    let files: [String]
    do {
      files = try FolderListing.names(in: "\(directory)/\(name)")
    } catch {
      guard error != .missing else { return }
      throw Problem(file: name, "\(error)")
    }
    for file in files where !Self.isLeftover(file) { add(file, in: name) }
  }

  private mutating func add(_ file: String, in folder: String) {
    let path = "\(folder)/\(file)"
    let stem = file.split(separator: ".").first.map(String.init) ?? ""
    var suggestion: String? { Identifier(name: stem).map { "\($0).yaml" } }
    if file.hasSuffix(".yaml") {
      if let identifier = Identifier(String(file.dropLast(5))) {
        identifiers.append(identifier)
      } else {
        problems.append(
          Problem(
            file: path, "expected an identifier before .yaml: a-z, 0-9 and inner hyphens",
            suggestion: suggestion))
      }
    } else if file.hasSuffix(".yml") {
      problems.append(
        Problem(file: path, "expected a name that ends in .yaml", suggestion: suggestion))
    } else {
      problems.append(
        Problem(.warning, file: path, "not read: expected a name that ends in .yaml"))
    }
  }

  /// Whether an editor or a package manager left the file behind.
  private static func isLeftover(_ file: String) -> Bool {
    let suffixes = [
      "~", "#", ".bak", ".swp", ".tmp", ".orig", ".rej", ".old", ".save", ".dpkg-old", ".dpkg-new",
      ".dpkg-dist", ".dpkg-tmp", ".ucf-old", ".ucf-new", ".ucf-dist", ".rpmnew", ".rpmsave",
    ]
    return file.hasPrefix(".") || suffixes.contains { file.hasSuffix($0) }
  }
}

/// The configuration's files, for commands that change them. A file is always written whole and
/// flushed, and never becomes readable by more users than before. Root acts as the owner of
/// each folder.
public struct ConfigurationFiles: Sendable {
  /// The configuration's folder.
  public let directory: String
  /// The group of the files that root makes: the responder's. nil for the folder's own group.
  public let group: gid_t?
  /// Whether a link that root or this user made may stand in the place of a file.
  private let followsLinks: Bool

  /// The reason why a file wasn't changed.
  public enum Failure: Error, CustomStringConvertible {
    case alreadyThere(String)
    case failed(String)

    /// The reason in words, for an administrator.
    public var description: String {
      switch self {
      case .alreadyThere(let path): "\(path) is there already"
      case .failed(let reason): reason
      }
    }
  }

  /// Prepares changes in the configuration's folder. Files that root makes get the group.
  public init(directory: String, group: gid_t?, followsLinks: Bool = true) {
    self.directory = directory
    self.group = group
    self.followsLinks = followsLinks
  }

  /// Returns the version of a file: it changes with the file, and tells nothing of its content. nil
  /// if there isn't a file.
  public func version(of path: String) -> String? {
    var status = stat()
    guard lstat("\(directory)/\(path)", &status) == 0 else { return nil }
    let parts = [
      Int(bitPattern: UInt(status.st_ino)), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
      Int(status.st_size),
    ]
    return parts.map { String($0, radix: 36) }.joined(separator: "-")
  }

  private func requireNoLink(_ path: String) throws(Failure) {
    var status = stat()
    guard !followsLinks, lstat("\(directory)/\(path)", &status) == 0 else { return }
    guard status.st_mode & S_IFMT != S_IFLNK else {
      throw .failed("\(path) is a link, which is not followed here")
    }
  }

  /// Returns the content of a file, whose path is relative to the configuration's folder; nil if
  /// the file doesn't exist. `limit` is the most bytes that are read.
  public func bytes(of path: String, limit: Int = 1 << 20) throws(Failure) -> [UInt8]? {
    try requireNoLink(path)
    do {
      return try FolderOwner.read(path, in: directory, limit: limit).bytes
    } catch {
      if error == .missing { return nil }
      throw .failed("\(path) \(error)")
    }
  }

  /// Returns the names in a folder, in order; none if it doesn't exist.
  public func names(in folder: String) throws(Failure) -> [String] {
    do {
      return try FolderListing.names(in: "\(directory)/\(folder)")
    } catch {
      if error == .missing { return [] }
      throw .failed("\(folder) \(error)")
    }
  }

  /// Whether something is at the path, even a link that leads nowhere.
  public func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat("\(directory)/\(path)", &status) == 0
  }

  /// Whether a link is at the path.
  public func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat("\(directory)/\(path)", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Makes a file, and its folders if they are missing. A secret is readable by its group only,
  /// mode 0640; any other file by everyone, mode 0644. What is sent to other servers gets the group
  /// of its folder.
  ///
  /// - Throws: `alreadyThere` if the file exists. The existing file stays as it is.
  public func create(_ path: String, _ bytes: [UInt8], isSecret: Bool = false) throws(Failure) {
    var folder = ""
    for name in path.split(separator: "/").dropLast() {
      folder += (folder.isEmpty ? "" : "/") + name
      try make(folder, isSecret: isSecret)
    }
    let isOutgoing = path.hasPrefix("\(SecretUse.target.folder)/")
    try attempt(path) {
      try DurableFile.write(
        bytes, to: "\(directory)/\(path)", mode: isSecret ? 0o640 : 0o644,
        owner: isOutgoing ? nil : owner, isNew: true)
    }
  }

  /// Makes a file with the mode and owner of another file.
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

  /// Replaces the content of a file. The file keeps its mode and owner, and a link stays a link.
  public func replace(_ path: String, _ bytes: [UInt8]) throws(Failure) {
    try requireNoLink(path)
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

  /// Removes a file. If the path is a link, removes the link only.
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

  /// Returns the owner of another file; nil if this process isn't root, whose files are its own.
  private func owner(of status: stat) -> SystemUser? {
    geteuid() == 0 ? SystemUser(user: status.st_uid, group: status.st_gid) : nil
  }

  /// Does work as the owner of the path's folder, since root follows no link that the owner put
  /// there.
  private func attempt(_ path: String, _ work: () throws -> Void) throws(Failure) {
    do {
      try FolderOwner.acting(in: directory, on: path) { Result(catching: work) }.get()
    } catch let failure as DurableFile.Failure {
      if failure.isThere { throw .alreadyThere(path) }
      throw .failed("\(failure)")
    } catch {
      throw .failed("\(path): \(error)")
    }
  }
}
