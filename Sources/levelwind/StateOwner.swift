import ArgumentParser
import Foundation

/// The user that a state directory belongs to, and its spools with it.
enum StateOwner {
  /// Run as root, the process is that user from then on, so that no file is root's.
  ///
  /// - Throws: exit code 1 where this is neither root nor that user.
  static func become(of state: String) throws {
    var status = stat()
    guard stat(state, &status) == 0 else {
      throw ExitCode.because(1, "\(state): \(String(cString: strerror(errno)))")
    }
    let (user, group) = (status.st_uid, status.st_gid)
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
}
