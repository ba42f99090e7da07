import AdministrationMessages
import FoundationEssentials
import Spooling
import Verification
import Webhooks

/// One change that a page asks for.
struct ConfigurationChange {
  let changes: ConfigurationChanges

  init(_ changes: ConfigurationChanges) { self.changes = changes }

  func content(
    of verb: ConfigurationVerb
  ) throws(ChangeRefusal) -> AdministrationAnswer.Content {
    switch verb {
    case .choices(let check, let sender): .choices(try choices(check, sender: sender))
    case .fields(let file, let part): .fields(try fields(file, part))
    case .saveFields(let file, let part, let typed, let makesSecret):
      .configured(try save(file, part, typed, makesSecret: makesSecret))
    case .removeEntry(let file, let path): .configured(try removeEntry(file, path))
    case .file(let file): .file(try shown(file))
    case .export(let file): .archive(try exported(file))
    case .enable(let file): .configured(try setDisabled(false, file))
    case .disable(let file): .configured(try setDisabled(true, file))
    case .save(let file, let text): .configured(try save(file, Array(text.utf8)))
    case .duplicate(let file, let name): .configured(try duplicate(file, name))
    case .delete(let file, let secrets): .configured(try delete(file, secrets))
    case .create(let asked): .configured(try create(asked))
    case .createIncoming(let name, let description, let filter):
      .configured(try createIncoming(name, description, filter))
    case .addSecret(let file, let list, let value): .configured(try add(value, to: list, file))
    case .retireSecret(let file, let name, let isRemoved):
      .configured(try retire(name, isRemoved: isRemoved, file))
    }
  }

  /// A file that somebody has seen, and its content, which is still the same.
  struct Seen {
    let file: ConfiguredFile
    let identifier: Identifier
    let bytes: [UInt8]
    /// The problems that the file has already.
    var problems: [Problem] = []

    var path: String { file.path }
  }

  /// Reads a file.
  ///
  /// - Throws: if it isn't there, is a link, or has another version than the one that was seen.
  func seen(_ file: ConfiguredFile, isChange: Bool = true) throws(ChangeRefusal) -> Seen {
    guard let identifier = Identifier(file.identifier) else {
      throw ChangeRefusal(.missing("there is no \(file.what) \(file.identifier)"))
    }
    let before = changes.files.version(of: file.path)
    let bytes = try refusing { () throws(ChangeFailure) in
      try changes.attempt { () throws(ConfigurationFiles.Failure) in
        try changes.files.bytes(of: file.path)
      }
    }
    guard let bytes, let before else {
      throw ChangeRefusal(.missing("there is no \(file.what) \(file.identifier)"))
    }
    var now = file
    now.version = before
    var seen = Seen(file: now, identifier: identifier, bytes: bytes)
    if isChange {
      guard file.version == before else { throw ChangeRefusal(.stale(shown(seen))) }
      seen.problems = changes.problems(with: Drafts(), in: file.path)
    }
    return seen
  }

  /// The configuration as it is.
  func snapshot() throws(ChangeRefusal) -> Snapshot {
    let loading = changes.loading()
    guard let snapshot = loading.snapshot else {
      throw ChangeRefusal(
        .failed(loading.problems.map(\.description).joined(separator: "; ")))
    }
    return snapshot
  }

  func webhook(_ identifier: Identifier, in snapshot: Snapshot) throws(ChangeRefusal) -> Webhook {
    guard let webhook = snapshot.webhooks[identifier]?.webhook else {
      throw ChangeRefusal(
        .failed(
          "webhook \(identifier) is broken: mend its file first, levelwind webhook edit "
            + "\(identifier)"))
    }
    return webhook
  }

  func refusing<Value>(
    _ work: () throws(ChangeFailure) -> Value
  ) throws(ChangeRefusal) -> Value {
    do throws(ChangeFailure) {
      return try work()
    } catch {
      throw ChangeRefusal(error) { path in
        ConfiguredFile(path).flatMap { try? shown($0) }
      }
    }
  }

  /// Requires that a new text has no guarded value that the old one lacks.
  func requireUnguarded(
    _ new: [UInt8], from old: [UInt8]?, _ command: String
  ) throws(ChangeRefusal) {
    let added = GuardedKeys(in: new).added(to: GuardedKeys(in: old ?? []))
    if !added.isEmpty { throw ChangeRefusal(.guarded(keys: added, command: command)) }
  }

  /// Tells what was done. Of the warnings, those are told that the file hadn't before.
  func done(
    _ file: ConfiguredFile, _ warnings: [Problem] = [], since seen: Seen? = nil
  ) -> ChangeDone {
    func words(_ problem: Problem) -> String { "\(problem.key) \(problem.message)" }
    let known = Set((seen?.problems ?? []).map(words))
    let warnings = warnings.filter { !known.contains(words($0)) }
    var file = file
    file.version = changes.files.version(of: file.path) ?? ""
    var done = ChangeDone(file)
    done.warnings = warnings.map(ProblemShown.init)
    let snapshot = changes.loading().snapshot
    let identifier = Identifier(file.identifier)
    switch file.kind {
    case .webhook:
      let webhook = identifier.flatMap { snapshot?.webhooks[$0]?.webhook }
      done.name = webhook?.name ?? file.identifier
      done.url = webhook?.publicURL ?? ""
    case .incoming:
      done.name = identifier.flatMap { snapshot?.incoming[$0]?.name } ?? file.identifier
    }
    return done
  }
}

extension ConfiguredFile {
  /// The path from the configuration's folder.
  var path: String {
    switch kind {
    case .webhook: "webhooks/\(identifier).yaml"
    case .incoming: "incoming/\(identifier).yaml"
    }
  }

  /// The kind in words.
  var what: String {
    switch kind {
    case .webhook: "webhook"
    case .incoming: "incoming configuration"
    }
  }

  /// The group of commands about this kind.
  var command: String { "levelwind \(kind.rawValue)" }

  init?(_ path: String) {
    let parts = path.split(separator: "/")
    guard parts.count == 2, path.hasSuffix(".yaml") else { return nil }
    self.init(
      parts[0] == "incoming" ? .incoming : .webhook, String(parts[1].dropLast(".yaml".count)))
  }
}
