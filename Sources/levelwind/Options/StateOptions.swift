import ArgumentParser
import FoundationEssentials
import Glibc
import Spooling
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
    let owner = try of(state)
    if geteuid() == owner.user { return }
    guard geteuid() == 0 else {
      throw ExitCode.because(
        1, "this command is for root, or for the owner of \(state), user \(owner.user)")
    }
    do {
      try owner.become()
    } catch {
      throw ExitCode.because(
        1, "can't act as user \(owner.user): \(String(cString: strerror(error.number)))")
    }
  }

  /// Returns that user.
  static func of(_ state: String) throws -> SystemUser {
    var status = stat()
    guard stat(state, &status) == 0 else {
      throw ExitCode.because(1, "\(state): \(String(cString: strerror(errno)))")
    }
    return SystemUser(user: status.st_uid, group: status.st_gid)
  }
}
