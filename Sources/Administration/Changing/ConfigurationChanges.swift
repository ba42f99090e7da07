import FoundationEssentials
import Webhooks

/// Why nothing was changed.
package enum ChangeFailure: Error {
  /// The files would have errors: the problems of the changed file, warnings among them.
  case invalid([Problem])
  /// Somebody else changed the file since it was read: its path.
  case stale(String)
  /// The reason in words.
  case failed(String)
}

extension ChangeFailure: CustomStringConvertible {
  /// The reason in words, a line for each problem.
  package var description: String {
    switch self {
    case .invalid(let problems): problems.map(\.description).joined(separator: "\n")
    case .stale(let path): "\(path) was changed by someone else at the same time; try again"
    case .failed(let words): words
    }
  }
}

/// Changes the files of a configuration. Commands and pages call the same verbs: one verb, one
/// behaviour.
///
/// A change is validated before it is made, together with the files that it refers to. It returns
/// the warnings that are left. Nothing here asks or prints, and nothing loads the change.
package struct ConfigurationChanges: Sendable {
  /// A file that is to be made.
  package struct NewFile: Sendable {
    package let path: String
    let bytes: [UInt8]
    let isSecret: Bool
  }

  package let files: ConfigurationFiles
  /// The moment of the changes.
  package let now: Date

  /// Whether another user reads the secrets.
  private let areSecretsOthers: Bool

  package init(_ files: ConfigurationFiles, at now: Date, areSecretsOthers: Bool = false) {
    self.files = files
    self.now = now
    self.areSecretsOthers = areSecretsOthers
  }

  /// Loads the configuration as it is.
  package func loading(_ drafts: Drafts = Drafts(), readsOutgoing: Bool = false) -> Loading {
    Snapshot.load(
      directory: directory, credentials: .unknown, now: now, readsOutgoing: readsOutgoing,
      questionsSecrets: true, areSecretsOthers: areSecretsOthers, drafts: drafts)
  }

  package var directory: String { files.directory }

  /// Returns the problems of a file as it would be with the drafts, and of the broken files that it
  /// refers to. Problems of other files don't count. `readsOutgoing` says whether to read the
  /// secrets that post-processors sign with.
  package func problems(
    with drafts: Drafts, in path: String, readsOutgoing: Bool = false
  ) -> [Problem] {
    let loading = loading(drafts, readsOutgoing: readsOutgoing)
    let parts = path.dropLast(".yaml".count).split(separator: "/").map(String.init)
    let incoming = parts[0] == "incoming" ? Identifier(parts[1]) : nil
    let group = incoming.flatMap { loading.snapshot?.groupProblem(of: $0) }
    return loading.problems(about: path) + (group.map { [$0] } ?? [])
  }

  /// Returns the warnings of a file as it would be with the drafts.
  ///
  /// - Throws: `invalid` if there are errors.
  package func validate(
    _ drafts: Drafts, _ path: String, readsOutgoing: Bool = false
  ) throws(ChangeFailure) -> [Problem] {
    let problems = problems(with: drafts, in: path, readsOutgoing: readsOutgoing)
    if problems.contains(where: { $0.severity == .error }) { throw .invalid(problems) }
    return problems
  }

  /// Edits the text of a file, and leaves everything else in it as it is.
  ///
  /// - Parameters:
  ///   - old: the content of the file.
  ///   - path: the path, relative to the configuration's folder.
  ///   - edit: makes the edit.
  /// - Returns: the new content.
  /// - Throws: if the edit can't be made, with the command that changes the file by hand.
  package func edited(
    _ old: [UInt8], of path: String,
    _ edit: (inout ConfigurationText) throws(UneditableText) -> Void
  ) throws(ChangeFailure) -> [UInt8] {
    var text = ConfigurationText(old)
    do throws(UneditableText) {
      try edit(&text)
    } catch {
      throw .failed("\(path): \(error)\n  \(way(path))")
    }
    return text.bytes
  }

  /// Returns the command, or the words, for changing a file by hand.
  package func way(_ path: String) -> String {
    let parts = path.split(separator: "/")
    guard parts.count == 2, path.hasSuffix(".yaml") else { return "edit \(directory)/\(path)" }
    return "levelwind \(parts[0] == "incoming" ? "incoming" : "webhook") edit "
      + parts[1].dropLast(".yaml".count)
  }

  /// Validates a file's new content and puts it in place, unless somebody changed the file since it
  /// was read.
  ///
  /// - Parameters:
  ///   - path: the path, relative to the configuration's folder.
  ///   - old: the content when the file was read.
  ///   - new: the new content.
  ///   - readsOutgoing: whether to read the secrets that post-processors sign with.
  /// - Returns: the warnings.
  /// - Throws: if the new content has errors, or the file can't be replaced.
  package func replace(
    _ path: String, _ old: [UInt8], with new: [UInt8], readsOutgoing: Bool = false
  ) throws(ChangeFailure) -> [Problem] {
    var drafts = Drafts()
    drafts.set(path, to: new)
    let warnings = try validate(drafts, path, readsOutgoing: readsOutgoing)
    guard try attempt({ () throws(ConfigurationFiles.Failure) in try files.bytes(of: path) }) == old
    else { throw .stale(path) }
    try attempt { () throws(ConfigurationFiles.Failure) in try files.replace(path, new) }
    return warnings
  }

  /// Makes all files, or none. What refers to others comes last, so that nothing refers to a
  /// missing file.
  package func make(_ new: [NewFile]) throws(ChangeFailure) {
    try attempt { () throws(ConfigurationFiles.Failure) in
      var made: [String] = []
      do throws(ConfigurationFiles.Failure) {
        for file in new {
          try files.create(file.path, file.bytes, isSecret: file.isSecret)
          made.append(file.path)
        }
      } catch {
        for path in made { try? files.remove(path) }
        throw error
      }
    }
  }

  package func attempt<Value>(
    _ work: () throws(ConfigurationFiles.Failure) -> Value
  ) throws(ChangeFailure) -> Value {
    do throws(ConfigurationFiles.Failure) {
      return try work()
    } catch {
      throw .failed(error.description)
    }
  }
}
