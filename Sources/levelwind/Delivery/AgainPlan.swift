import Administration
import ArgumentParser
import Bytes
import FoundationEssentials
import Serving
import Spooling
import Verification
import Webhooks

/// What becomes of the chosen deliveries.
struct AgainPlan {
  /// What becomes of one of them.
  enum Fate {
    /// It passes. Its tasks have to be committed.
    case passes(SecondDecision, Commit)
    /// It was brought back before.
    case before
    /// A copy of it was accepted under another id.
    case copy
    /// It is a handshake, and its sender no longer waits for the answer.
    case handshake
    /// Its body was not kept.
    case bodiless
    /// It is refused, for this reason.
    case refused(String)
  }

  /// How many reasons of refusals are told apart.
  private static let mostReasons = 20

  private let snapshot: Snapshot
  private let target: Identifier?
  private let isRepeating: Bool
  private let marks: DeliveryMarks
  /// How many pass.
  private(set) var passing = 0
  private var tasks: [String: Int] = [:]
  private var before = 0
  private var copies = 0
  private var handshakes = 0
  private var bodiless = 0
  private var unverifiable = 0
  private var refusals: [(reason: String, count: Int, example: String)] = []
  private var otherRefusals = 0

  init(_ snapshot: Snapshot, _ target: Identifier?, isRepeating: Bool, state: String) {
    self.snapshot = snapshot
    self.target = target
    self.isRepeating = isRepeating
    marks = DeliveryMarks(state: state)
  }

  /// Decides about a delivery, without an effect.
  func fate(of entry: HistoryEntry) -> Fate {
    let isBack = marks.of(entry).contains { $0.target == (target?.text ?? "") }
    if isBack, !isRepeating { return .before }
    guard entry.body != nil, let request = try? CapturedMessage(entry.message).request else {
      return .bodiless
    }
    let decision = SecondDecision(entry.facts, request, in: snapshot, to: target)
    return switch decision.outcome {
    case .accepted(let commit): .passes(decision, commit)
    case .repeated: .copy
    case .answered: .handshake
    case .rejected(let rejection): .refused(reason(rejection, entry.facts))
    }
  }

  private func reason(_ rejection: Rejection, _ facts: DeliveryFacts) -> String {
    let reason = "\(rejection.check): \(rejection.reason)"
    guard let missing = facts.missing, target == nil else { return reason }
    return facts.verified != nil
      ? "\(reason); its secret was not kept (\(missing)): --to INCOMING takes it as verified"
      : "\(reason); what carried a secret was not kept (\(missing)): its sender has to send it again"
  }

  /// Counts a delivery.
  mutating func add(_ entry: HistoryEntry) {
    switch fate(of: entry) {
    case .passes(_, let commit):
      passing += 1
      if target != nil, entry.facts.missing != nil { unverifiable += 1 }
      for one in commit.entries where !one.isState { tasks[one.spool.path, default: 0] += 1 }
    case .before: before += 1
    case .copy: copies += 1
    case .handshake: handshakes += 1
    case .bodiless: bodiless += 1
    case .refused(let reason):
      if let place = refusals.firstIndex(where: { $0.reason == reason }) {
        refusals[place].count += 1
      } else if refusals.count < Self.mostReasons {
        refusals.append((reason, 1, entry.facts.id))
      } else {
        otherRefusals += 1
      }
    }
  }

  /// - Throws: exit code 1 if nothing passes.
  func check() throws { if passing == 0 { throw ExitCode(1) } }

  var text: String {
    var lines = [
      "\(passing.counted("delivery", "deliveries")) to bring back"
        + (tasks.isEmpty ? ", without a task" : ":")
    ]
    if passing == 0 { lines = ["nothing to bring back"] }
    lines += tasks.sorted { $0.key < $1.key }.map {
      "  \($0.value.counted("task")) for \($0.key)"
    }
    if unverifiable > 0 {
      lines.append(
        "\(unverifiable) of them were verified by a secret that the history doesn't keep: they are "
          + "taken as verified")
    }
    func add(_ count: Int, _ words: String) {
      if count > 0 { lines.append("\(count.grouped) \(words)") }
    }
    add(before, "left out: brought back before (--repeat takes them, too)")
    add(copies, "left out: a copy was accepted under another id")
    add(handshakes, "left out: handshakes, whose senders no longer wait for the answer")
    add(bodiless, "left out: the body was not kept")
    for refusal in refusals {
      lines.append(
        "\(refusal.count) refused, as \(refusal.example): \(SafeText.text(refusal.reason))")
    }
    add(otherRefusals, "refused for further reasons")
    return lines.joined(separator: "\n") + "\n"
  }

  func json(tasks made: [String]?) -> String {
    struct Report: Encodable {
      let deliveries: Int
      let planned: [String: Int]
      let tasks: [String]?
      let before: Int
      let copies: Int
      let handshakes: Int
      let bodiless: Int
      let refused: [Refusal]
    }
    struct Refusal: Encodable {
      let reason: String
      let count: Int
      let example: String
    }
    let report = Report(
      deliveries: passing, planned: tasks, tasks: made, before: before, copies: copies,
      handshakes: handshakes, bodiless: bodiless,
      refused: refusals.map { Refusal(reason: $0.reason, count: $0.count, example: $0.example) })
    return (try? SenderPage.json(report)) ?? "{}"
  }
}
