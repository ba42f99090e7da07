import Glibc

/// A user of the machine, and the user's own group.
public struct SystemUser: Sendable, Equatable {
  /// The number of the user.
  public let user: uid_t
  /// The number of the user's own group.
  public let group: gid_t

  /// Creates a user from its numbers.
  public init(user: uid_t, group: gid_t) {
    self.user = user
    self.group = group
  }

  /// The user that this process runs as.
  public static var current: SystemUser { SystemUser(user: geteuid(), group: getegid()) }

  /// The name of this process's user; the number of a user without a name.
  public static var name: String { name(of: geteuid()) }

  /// Has the process, which must be root's, act as this user for good, in the user's group alone.
  ///
  /// - Throws: the number of the system's error. The process must end then.
  public func become() throws(SystemError) {
    var groups = [group]
    guard setgroups(groups.count, &groups) == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw SystemError(.setuid, errno)
    }
  }

  /// The user of a name; nil if nobody has it.
  public init?(named name: String) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getpwnam_r(name, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return nil
    }
    self.init(user: entry.pw_uid, group: entry.pw_gid)
  }

  /// Returns the id of a group; nil if no group has this name.
  public static func group(named name: String) -> gid_t? {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getgrnam_r(name, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return nil
    }
    return entry.gr_gid
  }

  /// Returns the name of a user; the number of a user without a name.
  public static func name(of user: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getpwuid_r(user, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return "\(user)"
    }
    return String(cString: entry.pw_name)
  }

  /// Returns the name of a group; the number of a group without a name.
  public static func groupName(of group: gid_t) -> String {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getgrgid_r(group, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return "\(group)"
    }
    return String(cString: entry.gr_name)
  }

  /// Returns both names, such as `levelwind:erp`.
  static func names(_ user: uid_t, _ group: gid_t) -> String {
    "\(name(of: user)):\(groupName(of: group))"
  }
}
