import ArgumentParser
import Foundation

/// The user that a state directory belongs to, and its spools with it.
enum StateOwner {
  /// Run as root, the process is that user from then on, so that no file is root's.
  ///
  /// - Throws: exit code 1 where this is neither root nor that user.
  static func become(of state: String) throws {
    let (user, group) = try ids(of: state)
    if geteuid() == user { return }
    guard geteuid() == 0 else {
      throw ExitCode.because(1, "this is for root, or for the owner of \(state), user \(user)")
    }
    var groups = [group]
    guard setgroups(groups.count, &groups) == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw ExitCode.because(
        1, "can't act as user \(user): \(String(cString: strerror(errno)))")
    }
  }

  /// The numbers of that user and its group.
  static func ids(of state: String) throws -> (user: UInt32, group: UInt32) {
    var status = stat()
    guard stat(state, &status) == 0 else {
      throw ExitCode.because(1, "\(state): \(String(cString: strerror(errno)))")
    }
    return (status.st_uid, status.st_gid)
  }
}
