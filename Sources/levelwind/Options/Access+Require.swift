import Administration
import ArgumentParser
import FoundationEssentials

extension Access {
  /// - Throws: exit code 1 if this user may not read one of the paths.
  static func require(_ paths: [String]) throws {
    if let path = paths.first(where: isDenied) { throw ExitCode.because(1, words(path)) }
  }
}

extension ConfigurationOptions {
  /// Requires access to parts of the configuration, without which the command would print untruths.
  ///
  /// - Parameter folders: folders in the configuration's.
  /// - Throws: exit code 1 if this user may not read one of them, or a file in it.
  func requireAccess(_ folders: String...) throws {
    try Access.require([directory, "\(directory)/levelwind.yaml"])
    for folder in folders.map({ "\(directory)/\($0)" }) {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      try Access.require([folder] + files.sorted().map { "\(folder)/\($0)" })
    }
  }
}
