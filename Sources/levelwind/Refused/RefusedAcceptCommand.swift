import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Spooling
import Verification
import Webhooks

/// `levelwind refused accept`.
struct RefusedAcceptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Verifies a refused delivery again, and accepts it if it passes.",
    discussion: """
      This is for a delivery that was refused because something was configured wrongly. The \
      delivery is verified with today's configuration, as of the time when it arrived. If it \
      passes, its tasks are durable when the command ends, and the refused delivery is removed. If \
      replay is configured, a running responder loads its configuration, so that it knows the \
      delivery as accepted. Secrets in headers or in the query were not kept: a delivery that is \
      verified by one stays refused.

      Exit 0 if the delivery was accepted, now or as an earlier copy; 1 if it stays refused; 75 if \
      another command is accepting it. After an interruption, run the command again: no task is \
      made twice.
      """)

  /// The result, for programs.
  private struct Report: Encodable {
    let delivery: String
    let verdict: String
    var tasks: [String]?
    var first: String?
    var check: String?
    var reason: String?
  }

  @Argument(help: "The delivery's id, or the beginning of it.")
  var id: String
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let snapshot = try configuration.snapshot()
    let kept = try configuration.kept(id)
    let acceptance = RefusedAcceptance(kept, try request(of: kept), in: snapshot)
    let delivery = kept.verdict.delivery
    switch acceptance.outcome {
    case .accepted(let commit):
      try letIn(kept, commit, acceptance, state: snapshot.settings.state)
    case .repeated(let first):
      try StateOwner.become(of: snapshot.settings.state)
      kept.remove()
      try say(
        Report(delivery: delivery, verdict: "repeated", first: first),
        "a copy of this delivery was accepted before, as \(first); no task\n")
    case .answered:
      try refuse(
        delivery, "handshake",
        "the request is a handshake, and its sender no longer waits for the answer", nil)
    case .rejected(let rejection):
      try refuse(delivery, rejection.check, rejection.reason, kept.verdict.missing)
    }
  }

  private func letIn(
    _ kept: KeptRejection, _ commit: Commit, _ acceptance: RefusedAcceptance, state: String
  ) throws {
    let administrator = getuid()
    try StateOwner.become(of: state)
    let tasks: [Commit.Entry]
    do throws(LettingIn.Failure) {
      tasks = try LettingIn(kept, acceptance, by: administrator).run(commit)
    } catch {
      switch error {
      case .held:
        throw ExitCode.because(
          75, "another levelwind refused accept is accepting it, or has accepted it")
      case .uncommitted(let reason):
        throw ExitCode.because(1, "its tasks can't be made durable: \(reason)")
      }
    }
    let ids = tasks.map(\.id.description)
    if acceptance.isRemembered { tellResponder() }
    let words = tasks.map { "\($0.spool): \($0.id)\n" }
    try say(
      Report(delivery: kept.verdict.delivery, verdict: "accepted", tasks: ids),
      "accepted, with \(tasks.count) \(tasks.count == 1 ? "task" : "tasks")\n" + words.joined())
  }

  /// Has the responder reload, so that it knows the delivery as accepted and a copy makes no task.
  private func tellResponder() {
    let why: String
    switch ResponderReload.run(
      directory: configuration.directory, alone: true, warn: ExitCode.say)
    {
    case .loaded, .notRunning: return
    case .refused(let reason): why = reason
    case .late: why = "the responder did not load its configuration within 30 seconds"
    }
    ExitCode.say(
      "until levelwind reload, the responder would accept a copy of this delivery: \(why)")
  }

  /// Prints that the delivery stays refused.
  ///
  /// - Throws: always, exit code 1.
  private func refuse(
    _ delivery: String, _ check: String, _ reason: String, _ missing: String?
  ) throws {
    let note =
      missing.map {
        "what carried a secret was not kept (\($0)): a delivery that is verified by it has to be "
          + "sent again by its sender\n"
      } ?? ""
    try say(
      Report(delivery: delivery, verdict: "refused", check: check, reason: reason),
      "stays refused: \(check): \(SafeText.text(reason))\n\(note)")
    throw ExitCode(1)
  }

  private func say(_ report: Report, _ text: String) throws {
    print(json ? try SenderPage.json(report) + "\n" : text, terminator: "")
  }

  private func request(of kept: KeptRejection) throws -> Request {
    do {
      return try CapturedMessage(try kept.readMessage()).request
    } catch let error as CapturedMessage.Unreadable {
      throw ExitCode.because(
        1, "the request of \(kept.verdict.delivery) is damaged, as after a power cut: \(error)")
    }
  }
}
