import Glibc

/// A user of the machine with its own group.
public struct SystemUser: Sendable, Equatable {
  public let user: uid_t
  public let group: gid_t

  public init(user: uid_t, group: gid_t) {
    self.user = user
    self.group = group
  }

  /// The user that this process runs as.
  public static var current: SystemUser { SystemUser(user: geteuid(), group: getegid()) }

  /// What this process's user is called; its number where it has no name.
  public static var name: String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getpwuid_r(geteuid(), &entry, &memory, memory.count, &found) == 0, found != nil else {
      return "\(geteuid())"
    }
    return String(cString: entry.pw_name)
  }

  /// - Returns: nil if there is no user of that name.
  public init?(named name: String) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getpwnam_r(name, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return nil
    }
    self.init(user: entry.pw_uid, group: entry.pw_gid)
  }

  /// The id of a group; nil if there is none of that name.
  public static func group(named name: String) -> gid_t? {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getgrnam_r(name, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return nil
    }
    return entry.gr_gid
  }

  /// The name of a user; its number where it has none.
  public static func name(of user: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getpwuid_r(user, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return "\(user)"
    }
    return String(cString: entry.pw_name)
  }

  /// The name of a group; its number where it has none.
  public static func groupName(of group: gid_t) -> String {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var memory = [CChar](repeating: 0, count: 1 << 16)
    guard getgrgid_r(group, &entry, &memory, memory.count, &found) == 0, found != nil else {
      return "\(group)"
    }
    return String(cString: entry.gr_name)
  }

  /// `levelwind:erp`.
  static func names(_ user: uid_t, _ group: gid_t) -> String {
    "\(name(of: user)):\(groupName(of: group))"
  }
}
