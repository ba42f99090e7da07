import AdministrationMessages
import Bytes
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Verification
import Webhooks

/// Changes the configuration for the pages: `levelwind configure`. It decides by the user's role,
/// and by what no page may change.
///
/// It runs as the owner of the configuration's folders, and sees no byte of a sender.
public final class Configuring: Sendable {
  let directory: String
  private let flag: String
  /// Held while files are looked at and changed, so that of two users one is second.
  private let turn = Mutex(())

  /// Prepares to change a configuration.
  ///
  /// - Parameters:
  ///   - directory: the configuration's folder.
  ///   - flag: the path of the file whose presence asks for a reload.
  public init(directory: String, flag: String) {
    self.directory = directory
    self.flag = flag
  }

  /// Answers a question.
  package func answer(_ question: AdministrationQuestion, at now: Date) -> AdministrationAnswer {
    guard question.version == AdministrationQuestion.version else {
      return AdministrationAnswer(
        role: nil,
        .failed(
          "the pages and levelwind configure are of different versions: systemctl restart "
            + "levelwind-pages.service levelwind-configure.service"))
    }
    guard case .configure(let verb) = question.verb else {
      return AdministrationAnswer(role: nil, .failed("levelwind administer answers this"))
    }
    return turn.withLock { _ in answer(verb, of: question, at: now) }
  }

  private func answer(
    _ verb: ConfigurationVerb, of question: AdministrationQuestion, at now: Date
  ) -> AdministrationAnswer {
    let settings: Settings
    do throws(IncomingSpool.Unknown) {
      settings = try IncomingSpool.settings(in: directory)
    } catch {
      let problems = error.problems.map(\.description).joined(separator: "; ")
      return AdministrationAnswer(
        role: nil, .failed("the configuration can't be used: \(problems)"))
    }
    guard let asker = Asker(question, settings.pages) else {
      return AdministrationAnswer(role: nil, .forbidden(Asker.noRole(question.user)))
    }
    let files = ConfigurationFiles(directory: directory, group: nil, followsLinks: false)
    let change = ConfigurationChange(
      ConfigurationChanges(files, at: now, areSecretsOthers: true))
    do throws(ChangeRefusal) {
      // What can't be noted isn't done.
      let record = try ChangeRecord(verb, by: asker, state: settings.state, files, at: now)
      do throws(ChangeRefusal) {
        try asker.requireForChange(verb)
        var content = try change.content(of: verb)
        if case .configured(var done) = content {
          done.isReloading = askForReload()
          content = .configured(done)
          record?.end("done", done.file)
        }
        return AdministrationAnswer(role: asker.role, content)
      } catch {
        record?.end(error.outcome, nil)
        throw error
      }
    } catch {
      return AdministrationAnswer(role: asker.role, error.content)
    }
  }

  /// Makes the flag, at which systemd has the responder load its configuration.
  ///
  /// - Returns: whether that is under way.
  private func askForReload() -> Bool {
    let file = open(flag, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { return false }
    close(file)
    return true
  }
}

/// Why a change wasn't made.
struct ChangeRefusal: Error {
  let content: AdministrationAnswer.Content

  init(_ content: AdministrationAnswer.Content) { self.content = content }

  init(_ failure: ChangeFailure, _ shown: (String) -> FileShown?) {
    switch failure {
    case .invalid(let problems): content = .invalid(problems.map(ProblemShown.init))
    case .stale(let path): content = shown(path).map { .stale($0) } ?? .failed("\(failure)")
    case .failed(let words): content = .failed(words)
    }
  }

  /// The refusal in a few words, for *Changes*.
  var outcome: String {
    switch content {
    case .forbidden: "refused: role"
    case .guarded(let keys, _): "refused: \(keys.joined(separator: ", "))"
    case .stale: "refused: changed since it was seen"
    case .invalid, .unusableFields, .unusableChoices: "refused: errors"
    case .missing: "refused: not there"
    case .unusable(let field, _): "refused: \(field)"
    default: "failed"
    }
  }
}

extension ConfigurationVerb {
  /// Whether it changes something.
  var isChange: Bool {
    switch self {
    case .file, .export, .choices, .fields: false
    default: true
    }
  }

  /// The least role that may ask.
  var leastRole: UserRole {
    switch self {
    case .enable, .disable: .operator_
    case .choices, .file, .export, .fields, .save, .saveFields, .removeEntry, .duplicate, .delete,
      .create, .createIncoming, .addSecret, .retireSecret:
      .administrator
    }
  }
}

extension Asker {
  func requireForChange(_ verb: ConfigurationVerb) throws(ChangeRefusal) {
    guard role < verb.leastRole else { return }
    throw ChangeRefusal(.forbidden(refusal(verb.leastRole, for: "this")))
  }
}

extension ProblemShown {
  init(_ problem: Problem) {
    self.init()
    isError = problem.severity == .error
    line = problem.line
    key = problem.key
    words = problem.message + (problem.suggestion.map { " (did you mean \($0)?)" } ?? "")
  }
}
