import Glibc

/// Makes the directories of spools and gives them their owner, group and mode; or reports what is
/// wrong with them.
///
/// This works for root in directories that others may write to: everything below `root` is opened
/// by name in an open directory, links are not followed, and only what was opened is changed. A
/// file of an unexpected owner is reported and not changed.
public struct SpoolPreparation {
  /// Something that was changed, or that is not as it should be.
  public struct Finding: Sendable, Equatable {
    /// The path of the file or directory.
    public let path: String
    /// The text that follows the path: `made`, `mode 0755, not 2770`.
    public let what: String
    /// Whether the finding still holds, because nothing was changed.
    public let isOpen: Bool
    /// Whether importers can't work with the spool because of it.
    public var harmsImporters = false
  }

  /// A spool and the group that it should have.
  public struct Wanted: Sendable {
    /// The identifier of the incoming configuration, which names the spool.
    public let identifier: String
    /// The group that may read and claim the tasks; nil for the owner's own group.
    public let group: gid_t?

    /// Creates a wish for one spool.
    public init(identifier: String, group: gid_t?) {
      self.identifier = identifier
      self.group = group
    }
  }

  private let root: String
  private let owner: SystemUser
  private let isChanging: Bool
  private var findings: [Finding] = []

  /// - Parameters:
  ///   - root: the directory of the spools. The administrator answers for links on the way to it.
  ///   - owner: the responder's user.
  ///   - isChanging: false to report only.
  public init(root: String, owner: SystemUser, isChanging: Bool) {
    self.root = root
    self.owner = owner
    self.isChanging = isChanging
  }

  /// Prepares the spools and returns what was changed or is wrong, in order.
  public mutating func run(_ spools: [Wanted]) -> [Finding] {
    findings = []
    let isMade = isChanging && mkdir(root, 0o700) == 0
    if isMade { add(root, "made") }
    let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      add(root, words(errno), isOpen: true, harmsImporters: true)
      return findings
    }
    defer { close(descriptor) }
    if isMade {
      amend(descriptor, root, mode: SpoolDirectory.rootMode, group: owner.group, isNew: true)
    } else {
      lookAtRoot(descriptor)
    }
    for spool in spools { prepare(spool, in: descriptor) }
    return findings
  }

  /// Looks at a root that was there before. Its mode is somebody's decision and isn't changed, but
  /// it has to let importers pass.
  private mutating func lookAtRoot(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IXOTH == 0 else { return }
    add(
      root,
      "mode \(octal(UInt32(status.st_mode & 0o7777))) keeps users out, expected "
        + octal(SpoolDirectory.rootMode), isOpen: true, harmsImporters: true)
  }

  private mutating func prepare(_ spool: Wanted, in root: Int32) {
    let path = "\(self.root)/\(spool.identifier)"
    let group = spool.group ?? owner.group
    guard
      let directory = directory(
        spool.identifier, in: root, path, mode: SpoolDirectory.spoolMode, group: group)
    else { return }
    defer { close(directory) }
    for part in SpoolDirectory.allCases {
      let path = "\(path)/\(part.rawValue)"
      guard
        let opened = self.directory(
          part.rawValue, in: directory, path, mode: part.mode, group: group)
      else { continue }
      amendFiles(in: opened, path, group: group)
      close(opened)
    }
  }

  /// Opens a directory, and makes it if it is missing; nil, with a finding, if that fails.
  private mutating func directory(
    _ name: String, in parent: Int32, _ path: String, mode: UInt32, group: gid_t
  ) -> Int32? {
    let isMade = isChanging && mkdirat(parent, name, 0o700) == 0
    let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      add(path, words(errno), isOpen: true, harmsImporters: true)
      return nil
    }
    if isMade { add(path, "made") }
    amend(descriptor, path, mode: mode, group: group, isNew: isMade)
    return descriptor
  }

  private mutating func amend(
    _ descriptor: Int32, _ path: String, mode: UInt32, group: gid_t, isNew: Bool = false
  ) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return add(path, words(errno), isOpen: true) }
    guard status.st_uid == owner.user || status.st_uid == 0 else {
      return add(
        path,
        "belongs to user \(SystemUser.name(of: status.st_uid)), who is neither the "
          + "responder's user nor root", isOpen: true)
    }
    if status.st_uid != owner.user || status.st_gid != group {
      let changed = isChanging && fchown(descriptor, owner.user, group) == 0
      if !isNew || !changed {
        add(
          path,
          "was \(SystemUser.names(status.st_uid, status.st_gid)), \(changed ? "now" : "expected") "
            + SystemUser.names(owner.user, group),
          isOpen: !changed, harmsImporters: status.st_gid != group)
      }
    }
    // Changing the owner may have cleared the setgid bit.
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o7777 != mode else { return }
    let old = status.st_mode & 0o7777
    let changed = isChanging && fchmod(descriptor, mode_t(mode)) == 0
    if !isNew || !changed {
      let lacks = UInt32(old) & mode != mode
      add(
        path, "mode \(octal(UInt32(old))), \(changed ? "now" : "expected") \(octal(mode))",
        isOpen: !changed, harmsImporters: lacks)
    }
  }

  /// Gives the group to tasks that were written while the spool had another one.
  private mutating func amendFiles(in directory: Int32, _ path: String, group: gid_t) {
    guard isChanging, let names = try? LinuxFileSystem().names(in: directory) else { return }
    var count = 0
    for name in names where TaskName.isOurs(name) {
      let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else { continue }
      defer { close(file) }
      var status = stat()
      // A file with a second name may be anything else under that name.
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1,
        status.st_uid == owner.user, status.st_gid != group
      else { continue }
      if fchown(file, uid_t.max, group) == 0 { count += 1 }
    }
    if count > 0 { add(path, "\(count) files now have group \(SystemUser.groupName(of: group))") }
  }

  private mutating func add(
    _ path: String, _ what: String, isOpen: Bool = false, harmsImporters: Bool = false
  ) {
    findings.append(
      Finding(path: path, what: what, isOpen: isOpen, harmsImporters: isOpen && harmsImporters))
  }

  private func words(_ number: Int32) -> String {
    switch number {
    case ENOENT: "does not exist"
    case ENOTDIR, ELOOP: "is a link, a FIFO or a file in place of a directory: remove it"
    default: String(cString: strerror(number))
    }
  }

  private func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
