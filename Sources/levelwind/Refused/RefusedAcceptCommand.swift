import ArgumentParser
import Foundation
import Serving
import Spooling
import Verification
import Webhooks

/// `levelwind refused accept`.
struct RefusedAcceptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Verifies a refused delivery again, and lets it in if it passes.",
    discussion: """
      For one that was refused because something was configured wrongly. It is decided with \
      today's configuration, as of the time when it arrived; if it passes, its tasks are durable \
      when this ends, and it is kept no longer. Where replay is configured, a running responder \
      is made to load its configuration, and then knows it for accepted. A secret that came in a \
      header or in the query was not kept: what is verified by one stays refused. Exit 0 if it \
      was let in, or a copy of it was before; 1 if it stays refused; 75 if another is letting it \
      in. One that was stopped half way is run again: what it wrote makes no second task.
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
        "a copy of it was accepted before, as \(first); no task\n")
    case .answered:
      try refuse(delivery, "handshake", "it is a handshake, and nobody waits for its answer", nil)
    case .rejected(let rejection):
      try refuse(delivery, rejection.check, rejection.reason, kept.verdict.missing)
    }
  }

  private func letIn(
    _ kept: KeptRejection, _ commit: Commit, _ acceptance: RefusedAcceptance, state: String
  ) throws {
    let administrator = getuid()
    try StateOwner.become(of: state)
    guard let claim = kept.claim() else {
      throw ExitCode.because(
        75, "another levelwind refused accept is letting it in, or has done so")
    }
    defer { close(claim) }
    do {
      try acceptance.commit(commit)
    } catch {
      throw ExitCode.because(1, "its tasks can't be made durable: \(error)")
    }
    kept.remove()
    let verdict = kept.verdict
    let tasks = commit.entries.filter { !$0.isState }
    let ids = tasks.map(\.id.description)
    ServiceLog.note(
      LogRecord(
        .letIn, at: Date(),
        fields: [
          ("webhook", .text(verdict.webhook)), ("delivery", .text(verdict.delivery)),
          ("verdict", .text("accepted")), ("tasks", .list(ids)),
          ("reason", .text("levelwind refused accept, by user \(administrator)")),
          ("remote", .text(verdict.remote)), ("body_bytes", .number(verdict.bodyBytes)),
        ]))
    if acceptance.isRemembered { tellResponder() }
    let words = tasks.map { "\($0.spool): \($0.id)\n" }
    try say(
      Report(delivery: verdict.delivery, verdict: "accepted", tasks: ids),
      "accepted, with \(tasks.count) \(tasks.count == 1 ? "task" : "tasks")\n" + words.joined())
  }

  /// Has the responder reload, so that it knows the delivery as accepted and a copy makes no task.
  private func tellResponder() {
    let why: String
    switch ResponderReload.run(directory: configuration.directory, alone: true) {
    case .loaded, .notRunning: return
    case .refused(let reason): why = reason
    case .late: why = "it did not load its configuration within 30 seconds"
    }
    ExitCode.say("until levelwind reload, the responder takes a copy of it for another: \(why)")
  }

  /// Prints that the delivery stays refused.
  ///
  /// - Throws: always, exit code 1.
  private func refuse(
    _ delivery: String, _ check: String, _ reason: String, _ missing: String?
  ) throws {
    let note =
      missing.map {
        "what carried a secret was not kept (\($0)): if it is verified by that, its sender has to "
          + "send it again\n"
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

/// Retries tasks, one after the other, and counts the results.
struct Retrial {
  /// The number of tasks that are in `new/` again.
  private(set) var retried = 0
  /// The number of deliveries that were routed and removed.
  private(set) var routed = 0
  /// The number of tasks that the routed deliveries made.
  private(set) var tasks = 0
  /// The number of tasks that stay where they were.
  private(set) var failed = 0
  /// The number of tasks that were gone, or in use.
  private(set) var skipped = 0

  private let place: IncomingSpool
  /// The incoming configuration that deliveries are routed through. It is read at the start, while
  /// the process still may.
  private let incoming: Result<Incoming, IncomingSpool.Unknown>
  private let arrivals = Arrivals()
  private var writer: SpoolWriter?

  init(_ place: IncomingSpool) {
    self.place = place
    incoming = Result { () throws(IncomingSpool.Unknown) in try place.incoming() }
  }

  /// - Returns: the reason why the task was not retried; nil if it was.
  mutating func retry(_ task: TaskPlace, of spool: TaskSpool) -> String? {
    do {
      guard let claim = try spool.hold(task) else {
        skipped += 1
        return "it is gone, or a drain is working on it"
      }
      if claim.header?.type == TaskDocument.Kind.delivery.rawValue {
        try route(claim)
      } else {
        try claim.restart()
        retried += 1
      }
      return nil
    } catch {
      failed += 1
      return "\(error)"
    }
  }

  /// Routes a delivery. Its file stays until its tasks are on the device.
  private mutating func route(_ claim: Claim) throws {
    guard let delivery = FailedDelivery(try claim.bytes()) else {
      throw Unrouted("the delivery's file is damaged: its body is not the one that was sent")
    }
    let outcome: FailedDelivery.Outcome
    do {
      outcome = try delivery.routed(
        to: try today(), within: place.settings.maxInflightBytes, arrivals.next(at: Date()))
    } catch let error as Rejection {
      throw Unrouted(error.reason)
    }
    switch outcome {
    case .tasks(let commit):
      try writer(for: claim.spool).commit(commit)
      try claim.finish()
      routed += 1
      tasks += commit.entries.count
    case .failed(let reason):
      try claim.giveUp(reason)
      throw Unrouted("it failed again: \(reason)")
    case .unwanted:
      let reason = "today's filter does not want it"
      try claim.giveUp(reason)
      throw Unrouted("\(reason): levelwind task purge removes it")
    }
  }

  private func today() throws(Unrouted) -> Incoming {
    do { return try incoming.get() } catch {
      throw Unrouted(error.problems.map(\.description).joined(separator: "\n"))
    }
  }

  private mutating func writer(for spool: TaskSpool) throws -> SpoolWriter {
    guard try spool.owner().user == geteuid() else {
      throw Unrouted("only root and the spool's owner can route a delivery again")
    }
    if let writer { return writer }
    let settings = place.settings
    let opened = SpoolWriter(
      root: settings.spool, identifier: place.identifier.text,
      floors: Floors(
        bytes: UInt64(settings.minFreeBytes), inodes: UInt64(settings.minFreeInodes)))
    writer = opened
    return opened
  }

  /// The reason why a delivery was not routed.
  private struct Unrouted: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }

  /// The counts, in a line.
  var text: String {
    var parts = ["\(retried) retried"]
    if routed > 0 { parts.append("\(routed) deliveries routed again, with \(tasks) tasks") }
    if failed > 0 { parts.append("\(failed) not retried") }
    if skipped > 0 { parts.append("\(skipped) in use or gone") }
    return parts.joined(separator: ", ")
  }

  var json: String {
    "{\"retried\":\(retried),\"routed\":\(routed),\"tasks\":\(tasks),\"failed\":\(failed)"
      + ",\"skipped\":\(skipped)}"
  }
}
