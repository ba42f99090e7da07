import Foundation

/// Who a folder belongs to: what root makes for the responder has to be the responder's.
struct Owner {
  let user: uid_t
  let group: gid_t

  init(user: uid_t, group: gid_t) {
    self.user = user
    self.group = group
  }

  /// nil where this process isn't root, and what it makes is its own; or where there is no folder.
  init?(of folder: String) {
    var status = stat()
    guard geteuid() == 0, stat(folder, &status) == 0 else { return nil }
    user = status.st_uid
    group = status.st_gid
  }

  /// Makes a file or folder theirs.
  func give(_ path: String) throws {
    guard chown(path, user, group) == 0 else {
      throw DurableFile.Failure(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
