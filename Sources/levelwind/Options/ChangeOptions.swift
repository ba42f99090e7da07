import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Spooling
import Webhooks

/// The options of all commands that change the configuration.
struct ChangeOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp("The responder's user: its group may read secrets.", valueName: "name"))
  var user = "levelwind"
  @Flag(help: "Don't make the responder load the change.")
  var noReload = false

  var files: ConfigurationFiles {
    ConfigurationFiles(
      directory: configuration.directory, group: SystemUser(named: user)?.group)
  }

  /// Returns the content of a file.
  ///
  /// - Throws: exit code 1 if the file doesn't exist or can't be read.
  func bytes(of path: String, called what: String) throws -> [UInt8] {
    do throws(ConfigurationFiles.Failure) {
      guard let bytes = try files.bytes(of: path) else {
        let folder = path.split(separator: "/").first.map(String.init) ?? ""
        let name = String(path.dropFirst(folder.count + 1).dropLast(".yaml".count))
        let hint = NearName.hint(name, among: configuration.identifiers(in: folder))
        throw ConfigurationFiles.Failure.failed(
          "there is no \(what): \(path) does not exist\(hint)")
      }
      return bytes
    } catch {
      throw ExitCode.because(1, error.description)
    }
  }

  /// The verbs that change the configuration.
  var changes: ConfigurationChanges { ConfigurationChanges(files, at: Date()) }

  /// Makes a change, and prints its warnings, or why it can't be made.
  ///
  /// - Parameters:
  ///   - hint: a line for people about problems of the new content.
  ///   - work: makes the change.
  /// - Returns: what `work` returns beside the warnings.
  /// - Throws: exit code 1, and nothing was changed, if the change can't be made.
  func make<Value>(
    hint: String? = nil,
    _ work: (ConfigurationChanges) throws(ChangeFailure) -> (Value, warnings: [Problem])
  ) throws -> Value {
    do throws(ChangeFailure) {
      let (value, warnings) = try work(changes)
      for problem in warnings { ExitCode.say("\(problem)") }
      return value
    } catch {
      guard case .invalid(let problems) = error else {
        throw ExitCode.because(1, error.description)
      }
      for problem in problems { ExitCode.say("\(problem)") }
      if let hint { ExitCode.say(hint) }
      throw ExitCode.because(1, "nothing was changed")
    }
  }

  /// Makes a change that returns nothing but its warnings.
  func change(_ work: (ConfigurationChanges) throws(ChangeFailure) -> [Problem]) throws {
    try make { (changes) throws(ChangeFailure) in ((), try work(changes)) }
  }

  /// Has the responder load the change, and prints the result.
  func reload(_ path: String) throws { print(try load(path)) }

  /// Has the responder load the change.
  ///
  /// - Returns: a line for people: that it is loaded, or what remains to do.
  /// - Throws: exit code 1 if the responder refused the file.
  func load(_ paths: String...) throws -> String { try load(paths) }

  /// Has the responder load a change of several files.
  func load(_ paths: [String]) throws -> String {
    guard !noReload else { return "The change isn't loaded yet: levelwind reload" }
    switch ResponderReload.run(directory: configuration.directory, warn: ExitCode.say) {
    case .loaded(let problems):
      let mine = problems.filter { problem in
        problem.severity == .error && paths.contains { $0 == problem.file }
      }
      for problem in mine { ExitCode.say("\(problem)") }
      guard mine.isEmpty else {
        let refused = paths.filter { path in mine.contains { $0.file == path } }
        throw ExitCode.because(
          1,
          "the responder refused \(refused.joined(separator: ", ")); the responder keeps its last "
            + "version")
      }
      return "The responder has loaded the change."
    case .notRunning(let state):
      return "No responder is running on \(state); it loads the change when it starts."
    case .refused(let reason):
      return "The responder has to load the change: levelwind reload, as root (\(reason))."
    case .late: return "The responder has not loaded the change within 30 seconds; see its log."
    }
  }
}
