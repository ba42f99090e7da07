import Glibc
import Spooling

/// The user who owns the folders of the configuration.
///
/// Who owns a folder may put links into it. So root doesn't open what is there as root: it acts as
/// the owner, and opens nothing that the owner and the folders' groups couldn't open.
enum FolderOwner {
  private static let folders = ["webhooks", "incoming", "secrets", "outgoing-secrets", ""]

  /// Does work as the owner of the configuration's folders, in their groups, if this process is
  /// root and the owner isn't. Afterwards the process is root again.
  ///
  /// It changes the whole process: no other thread may need to be root at the same time.
  ///
  /// - Parameters:
  ///   - directory: the configuration's folder.
  ///   - path: what the work is about, relative to that folder; nil for all of it.
  ///   - work: what is done.
  /// - Returns: what `work` returns.
  /// - Throws: the system's error if root may not act as that user. Nothing was done then.
  static func acting<Value>(
    in directory: String, on path: String? = nil, _ work: () -> Value
  ) throws(SystemError) -> Value {
    guard geteuid() == 0, let owner = owner(of: path, in: directory) else { return work() }
    var before = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
    guard getgroups(Int32(before.count), &before) >= 0 else { throw SystemError(.setuid, errno) }
    func back() {
      let isBack =
        seteuid(0) == 0 && setegid(0) == 0 && setgroups(before.count, before) == 0
      precondition(isBack, "root can't be root again")
    }
    guard setgroups(owner.groups.count, owner.groups) == 0, setegid(owner.groups[0]) == 0,
      seteuid(owner.user) == 0
    else {
      let number = errno
      back()
      throw SystemError(.setuid, number)
    }
    defer { back() }
    return work()
  }

  /// Reads a file of the configuration as the owner of its folder.
  static func read(
    _ path: String, in directory: String, limit: Int = 1 << 20
  ) throws(BoundedFile.Failure) -> BoundedFile {
    let read: Result<BoundedFile, BoundedFile.Failure>
    do throws(SystemError) {
      read = try acting(in: directory, on: path) {
        Result { () throws(BoundedFile.Failure) in
          try .readTrusted("\(directory)/\(path)", limit: limit)
        }
      }
    } catch {
      throw .unreadable("\(error)")
    }
    return try read.get()
  }

  /// Returns the owner of the path's folder, or the first owner of a folder, that isn't root; and
  /// the folders' groups, the owner's first.
  private static func owner(
    of path: String?, in directory: String
  ) -> (user: uid_t, groups: [gid_t])? {
    func look(_ folder: String) -> stat? {
      var status = stat()
      return stat("\(directory)/\(folder)", &status) == 0 ? status : nil
    }
    let found = folders.compactMap(look)
    /// The folder of a path; if that is missing, the one above it.
    func nearest(_ path: String) -> stat? {
      var names = path.split(separator: "/").dropLast()
      while true {
        if let status = look(names.joined(separator: "/")) { return status }
        guard names.popLast() != nil else { return nil }
      }
    }
    let own = path.map { [nearest($0)].compactMap(\.self) }
    guard let owner = (own ?? found).first(where: { $0.st_uid != 0 }) else { return nil }
    let others = Set(found.map(\.st_gid)).subtracting([owner.st_gid, 0])
    return (owner.st_uid, [owner.st_gid] + others.sorted())
  }
}
