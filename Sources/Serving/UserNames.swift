import Glibc

/// Names of users on this machine.
enum UserNames {
  /// A name in `peers` that no user has.
  struct Unknown: Error, CustomStringConvertible {
    let name: String
    var description: String { "levelwind.yaml: peers: there is no user \(name)" }
  }

  /// Their ids.
  static func ids(of names: [String]) throws -> Set<uid_t> {
    var ids: Set<uid_t> = []
    for name in names {
      guard let entry = getpwnam(name) else { throw Unknown(name: name) }
      ids.insert(entry.pointee.pw_uid)
    }
    return ids
  }
}
