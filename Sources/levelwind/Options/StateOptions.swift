import ArgumentParser
import Foundation
import Webhooks

/// The state directory, for commands that read nothing else of the configuration.
struct StateOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions

  /// Returns the path of the state directory. Only levelwind.yaml needs to be valid.
  func state() throws(IncomingSpool.Unknown) -> String {
    try IncomingSpool.settings(in: configuration.directory).state
  }
}

extension IncomingSpool.Unknown {
  /// The problems, a line each.
  var text: String { problems.map(\.description).joined(separator: "\n") }
}

/// The user that owns a state directory and its spools.
enum StateOwner {
  /// Becomes that user for good if the process is root, so that no file belongs to root.
  ///
  /// - Throws: exit code 1 if the process is neither root nor that user.
  static func become(of state: String) throws {
    let (user, group) = try ids(of: state)
    if geteuid() == user { return }
    guard geteuid() == 0 else {
      throw ExitCode.because(
        1, "this command is for root, or for the owner of \(state), user \(user)")
    }
    var groups = [group]
    guard setgroups(groups.count, &groups) == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw ExitCode.because(
        1, "can't act as user \(user): \(String(cString: strerror(errno)))")
    }
  }

  /// Returns the ids of that user and its group.
  static func ids(of state: String) throws -> (user: UInt32, group: UInt32) {
    var status = stat()
    guard stat(state, &status) == 0 else {
      throw ExitCode.because(1, "\(state): \(String(cString: strerror(errno)))")
    }
    return (status.st_uid, status.st_gid)
  }
}
