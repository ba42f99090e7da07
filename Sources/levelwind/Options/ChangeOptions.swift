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

  /// Returns the problems of a file as it would be with the drafts, and of the broken files that it
  /// refers to. Problems of other files don't count. `readsOutgoing` says whether to read the
  /// secrets that post-processors sign with.
  func problems(
    with drafts: Drafts, in path: String, readsOutgoing: Bool = false
  ) -> [Problem] {
    let loading = Snapshot.load(
      directory: configuration.directory, credentials: .unknown, now: Date(),
      readsOutgoing: readsOutgoing, questionsSecrets: true, drafts: drafts)
    let parts = path.dropLast(".yaml".count).split(separator: "/").map(String.init)
    let incoming = parts[0] == "incoming" ? Identifier(parts[1]) : nil
    let group = incoming.flatMap { loading.snapshot?.groupProblem(of: $0) }
    return loading.problems(about: path) + (group.map { [$0] } ?? [])
  }

  /// Prints the problems of a file as it would be with the drafts.
  ///
  /// - Throws: exit code 1, and nothing was changed, if one of them is an error.
  func validate(
    _ drafts: Drafts, _ path: String, hint: String? = nil, readsOutgoing: Bool = false
  ) throws {
    let problems = problems(with: drafts, in: path, readsOutgoing: readsOutgoing)
    for problem in problems { ExitCode.say("\(problem)") }
    guard problems.contains(where: { $0.severity == .error }) else { return }
    if let hint { ExitCode.say(hint) }
    throw ExitCode.because(1, "nothing was changed")
  }

  /// Changes files.
  ///
  /// - Throws: exit code 1, with the system's reason, if that fails.
  func change(_ work: (ConfigurationFiles) throws(ConfigurationFiles.Failure) -> Void) throws {
    do throws(ConfigurationFiles.Failure) {
      try work(files)
    } catch {
      throw ExitCode.because(1, error.description)
    }
  }

  /// Edits the text of a file, and leaves everything else in it as it is.
  ///
  /// - Parameters:
  ///   - old: the content of the file.
  ///   - path: the path, relative to the configuration's folder.
  ///   - way: the command that changes the file by hand. It is printed if the edit can't be made.
  ///   - edit: makes the edit.
  /// - Returns: the new content.
  /// - Throws: exit code 1 if the edit can't be made.
  func edit(
    _ old: [UInt8], of path: String, by way: String,
    _ edit: (inout ConfigurationText) throws(UneditableText) -> Void
  ) throws -> [UInt8] {
    var text = ConfigurationText(old)
    do throws(UneditableText) {
      try edit(&text)
    } catch {
      throw ExitCode.because(1, "\(path): \(error)\n  \(way)")
    }
    return text.bytes
  }

  /// Validates a file's new content and puts it in place, unless somebody changed the file since it
  /// was read.
  ///
  /// - Parameters:
  ///   - path: the path, relative to the configuration's folder.
  ///   - old: the content when the file was read.
  ///   - new: the new content.
  ///   - readsOutgoing: whether to read the secrets that post-processors sign with.
  /// - Throws: exit code 1 if the new content has errors, or the file can't be replaced.
  func replace(
    _ path: String, _ old: [UInt8], with new: [UInt8], readsOutgoing: Bool = false
  ) throws {
    var drafts = Drafts()
    drafts.set(path, to: new)
    try validate(drafts, path, readsOutgoing: readsOutgoing)
    try change { (files) throws(ConfigurationFiles.Failure) in
      guard try files.bytes(of: path) == old else {
        throw ConfigurationFiles.Failure.failed(
          "\(path) was changed by someone else at the same time; try again")
      }
      try files.replace(path, new)
    }
  }

  /// Has the responder load the change, and prints the result.
  func reload(_ path: String) throws { print(try load(path)) }

  /// Has the responder load the change.
  ///
  /// - Returns: a line for people: that it is loaded, or what remains to do.
  /// - Throws: exit code 1 if the responder refused the file.
  func load(_ path: String) throws -> String {
    guard !noReload else { return "The change isn't loaded yet: levelwind reload" }
    switch ResponderReload.run(directory: configuration.directory, warn: ExitCode.say) {
    case .loaded(let problems):
      let mine = problems.filter { $0.file == path && $0.severity == .error }
      for problem in mine { ExitCode.say("\(problem)") }
      guard mine.isEmpty else {
        throw ExitCode.because(
          1, "the responder refused \(path); the responder keeps its last version")
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
