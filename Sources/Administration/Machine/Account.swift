import FoundationEssentials
import Glibc

/// A user of the machine with its groups, and what modes allow it to do with files.
public struct Account {
  /// The name of the user.
  public let name: String
  /// The id of the user.
  public let user: uid_t
  /// The ids of its groups.
  public let groups: Set<gid_t>

  /// Looks a user up.
  ///
  /// - Returns: nil if there isn't a user of that name.
  public init?(named name: String) {
    guard let entry = getpwnam(name)?.pointee else { return nil }
    var groups = [gid_t](repeating: 0, count: 1024)
    var count = Int32(groups.count)
    guard getgrouplist(name, entry.pw_gid, &groups, &count) >= 0 else { return nil }
    self.name = name
    user = entry.pw_uid
    self.groups = Set(groups.prefix(Int(count)))
  }

  /// Whether modes give the user all of these permissions, a sum of 4, 2 and 1.
  func may(_ wanted: mode_t, _ status: stat) -> Bool {
    if user == 0 { return true }
    let shift: mode_t = status.st_uid == user ? 6 : groups.contains(status.st_gid) ? 3 : 0
    return (status.st_mode >> shift) & wanted == wanted
  }

  /// Returns the first folder on the way to a path that the user can't pass; nil if it can pass
  /// all.
  func barrier(on path: String) -> String? {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += "/\(part)"
      var status = stat()
      guard stat(folder, &status) == 0 else { return folder }
      if !may(1, status) { return folder }
    }
    return nil
  }
}
