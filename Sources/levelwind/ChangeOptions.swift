import ArgumentParser
import Foundation
import Spooling
import Webhooks

/// How commands change the configuration: the same for each that does.
struct ChangeOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp("The responder's user: its group may read secrets.", valueName: "name"))
  var user = "levelwind"
  @Flag(help: "Don't have the responder load the change.")
  var noReload = false

  var files: ConfigurationFiles {
    ConfigurationFiles(
      directory: configuration.directory, group: SystemUser(named: user)?.group)
  }

  /// The file's content.
  ///
  /// - Throws: exit code 1 where there is none.
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

  /// Looks at the configuration as it would be. What is wrong with other files doesn't count, unless this
  /// one refers to them and can't be used therefore.
  ///
  /// - Parameter readsOutgoing: whether the files of secrets that post-processors sign with are read.
  /// - Returns: what was found in this file, and in the broken ones that it refers to.
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

  /// Prints what is wrong with the file as it would be.
  ///
  /// - Throws: exit code 1, and nothing was changed, if there is an error in it.
  func validate(
    _ drafts: Drafts, _ path: String, hint: String? = nil, readsOutgoing: Bool = false
  ) throws {
    let problems = problems(with: drafts, in: path, readsOutgoing: readsOutgoing)
    for problem in problems { ExitCode.say("\(problem)") }
    guard problems.contains(where: { $0.severity == .error }) else { return }
    if let hint { ExitCode.say(hint) }
    throw ExitCode.because(1, "nothing was changed")
  }

  /// Changes something, with the system's reason where that fails.
  func change(_ work: (ConfigurationFiles) throws(ConfigurationFiles.Failure) -> Void) throws {
    do throws(ConfigurationFiles.Failure) {
      try work(files)
    } catch {
      throw ExitCode.because(1, error.description)
    }
  }

  /// Changes the text of a file, everything else in it left as it is.
  ///
  /// - Parameter way: the command that changes it by hand.
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

  /// Validates a file's new content and puts it in its place, unless another changed it meanwhile.
  ///
  /// - Parameter readsOutgoing: whether the files of secrets that post-processors sign with are read.
  func replace(
    _ path: String, _ old: [UInt8], with new: [UInt8], readsOutgoing: Bool = false
  ) throws {
    var drafts = Drafts()
    drafts.set(path, to: new)
    try validate(drafts, path, readsOutgoing: readsOutgoing)
    try change { (files) throws(ConfigurationFiles.Failure) in
      guard try files.bytes(of: path) == old else {
        throw ConfigurationFiles.Failure.failed("\(path) was changed meanwhile; try again")
      }
      try files.replace(path, new)
    }
  }

  /// Has the responder load what was changed, and prints what came of it.
  func reload(_ path: String) throws { print(try load(path)) }

  /// Has the responder load what was changed.
  ///
  /// - Returns: that it did, or what is to be done.
  func load(_ path: String) throws -> String {
    guard !noReload else { return "Not loaded yet: levelwind reload" }
    switch ResponderReload.run(directory: configuration.directory) {
    case .loaded(let problems):
      let mine = problems.filter { $0.file == path && $0.severity == .error }
      for problem in mine { ExitCode.say("\(problem)") }
      guard mine.isEmpty else {
        throw ExitCode.because(1, "the responder refused \(path); what it had before stays")
      }
      return "The responder has loaded it."
    case .notRunning(let state):
      return "No responder is running on \(state); it loads this when it starts."
    case .refused(let reason):
      return "The responder has to load it: levelwind reload, as root (\(reason))."
    case .late: return "The responder has not loaded it within 30 seconds; see its log."
    }
  }
}
