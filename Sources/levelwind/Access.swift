import ArgumentParser
import Foundation
import Spooling

/// What this user may not look at: nothing is said of it then, and never that it is broken or not there.
enum Access {
  /// Whether a file or folder is there for others, and not for this user.
  static func isDenied(_ path: String) -> Bool { access(path, R_OK) != 0 && errno == EACCES }

  static func words(_ path: String) -> String {
    "user \(SystemUser.name) may not look into \(path): run this as root"
  }

  /// - Throws: exit code 1 where this user may not look at one of these.
  static func require(_ paths: [String]) throws {
    if let path = paths.first(where: isDenied) { throw ExitCode.because(1, words(path)) }
  }
}

extension ConfigurationOptions {
  /// - Parameter folders: of the configuration, without which the command would tell untruths.
  /// - Throws: exit code 1 where this user may not read one of them, or a file in it.
  func requireAccess(_ folders: String...) throws {
    try Access.require([directory, "\(directory)/levelwind.yaml"])
    for folder in folders.map({ "\(directory)/\($0)" }) {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      try Access.require([folder] + files.sorted().map { "\(folder)/\($0)" })
    }
  }
}
