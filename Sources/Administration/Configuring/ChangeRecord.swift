import AdministrationMessages
import FoundationEssentials
import Spooling
import Webhooks

/// The entry of a change: one line of *Changes*, and one of the journal. What can't be noted isn't
/// done, so the file is open before.
struct ChangeRecord {
  private let verb: ConfigurationVerb
  private let asker: Asker
  private let pen: ChangesFile.Pen
  private let now: Date
  private let files: ConfigurationFiles
  /// The file before the change; empty for one that is made.
  private let old: [UInt8]

  /// - Returns: nil for a look, which isn't noted.
  /// - Throws: if nothing can be noted.
  init?(
    _ verb: ConfigurationVerb, by asker: Asker, state: String, _ files: ConfigurationFiles,
    at now: Date
  ) throws(ChangeRefusal) {
    guard verb.isChange else { return nil }
    self.verb = verb
    self.asker = asker
    self.now = now
    self.files = files
    old = Self.bytes(verb.file, files)
    do throws(SystemError) {
      pen = try ChangesFile(configuredIn: state).open()
    } catch {
      throw ChangeRefusal(
        .failed("the change can't be noted, and so it isn't made: \(error)"))
    }
  }

  /// Writes the entry.
  ///
  /// - Parameters:
  ///   - outcome: `done`, or why nothing was changed.
  ///   - changed: the file as it is then.
  func end(_ outcome: String, _ changed: ConfiguredFile?) {
    let target = changed ?? verb.file
    var note = ChangesFile.Note(
      verb.noted, target.map { "\($0.what) \($0.identifier)" } ?? "something new")
    note.outcome = outcome
    note.before = verb.file?.version ?? ""
    note.after = changed?.version ?? ""
    if let changed {
      let isSame = changed.kind == verb.file?.kind && changed.identifier == verb.file?.identifier
      note.difference = TextDifference.lines(isSame ? old : [], Self.bytes(changed, files))
    }
    try? pen.add(note, by: asker, at: now)
  }

  private static func bytes(_ file: ConfiguredFile?, _ files: ConfigurationFiles) -> [UInt8] {
    guard let file, Identifier(file.identifier) != nil else { return [] }
    return (try? files.bytes(of: file.path)) ?? []
  }
}

extension ConfigurationVerb {
  /// The verb of the entry.
  fileprivate var noted: ChangesFile.Verb {
    switch self {
    case .file, .export, .choices, .fields: .request
    case .enable: .enabled
    case .disable: .disabled
    case .save, .saveFields, .removeEntry: .edited
    case .duplicate: .duplicated
    case .delete: .deleted
    case .create, .createIncoming: .created
    case .addSecret: .addedSecret
    case .retireSecret(_, _, let isRemoved): isRemoved ? .removedSecret : .endedSecret
    }
  }
}
