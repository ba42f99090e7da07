import Administration
import ArgumentParser
import FoundationEssentials
import Spooling
import Verification
import Webhooks

/// What becomes of the chosen deliveries.
struct AgainPlan {
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

  init(_ snapshot: Snapshot, _ target: Identifier?, isRepeating: Bool, state: String) {
    self.snapshot = snapshot
    self.target = target
    self.isRepeating = isRepeating
    marks = DeliveryMarks(state: state)
  }

  mutating func add(_ entry: HistoryEntry) {
    guard let decision = decide(entry) else { return }
    switch decision.outcome {
    case .accepted(let commit):
      passing += 1
      if target != nil, entry.facts.missing != nil { unverifiable += 1 }
      for one in commit.entries where !one.isState { tasks[one.spool.path, default: 0] += 1 }
    case .repeated: copies += 1
    case .answered: handshakes += 1
    case .rejected(let rejection):
      var reason = "\(rejection.check): \(rejection.reason)"
      if let missing = entry.facts.missing, target == nil, entry.facts.verified != nil {
        reason += "; its secret was not kept (\(missing)): --to INCOMING takes it as verified"
      } else if let missing = entry.facts.missing, target == nil {
        reason +=
          "; what carried a secret was not kept (\(missing)): its sender has to send it again"
      }
      note(reason, entry.facts.id)
    }
  }

  private mutating func note(_ reason: String, _ id: String) {
    if let place = refusals.firstIndex(where: { $0.reason == reason }) {
      refusals[place].count += 1
    } else if refusals.count < 20 {
      refusals.append((reason, 1, id))
    }
  }

  /// Decides, unless the delivery is left out.
  private mutating func decide(_ entry: HistoryEntry) -> SecondDecision? {
    if !isRepeating, wasBroughtBack(entry) {
      before += 1
      return nil
    }
    guard entry.body != nil, let request = try? CapturedMessage(entry.message).request else {
      bodiless += 1
      return nil
    }
    return SecondDecision(entry.facts, request, in: snapshot, to: target)
  }

  private func wasBroughtBack(_ entry: HistoryEntry) -> Bool {
    let ending = target.map { " to \($0)" }
    return marks.of(entry).contains { ending.map($0.hasSuffix) ?? !$0.contains(" to ") }
  }

  /// Returns the decision and the commit of a delivery that passes; nil if it doesn't.
  func passes(_ entry: HistoryEntry) -> (SecondDecision, Commit)? {
    var copy = self
    guard let decision = copy.decide(entry), case .accepted(let commit) = decision.outcome else {
      return nil
    }
    return (decision, commit)
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
      "  \($0.value.counted("task", "tasks")) for \($0.key)"
    }
    if unverifiable > 0 {
      lines.append(
        "\(unverifiable) of them were verified by a secret that the history doesn't keep: they are "
          + "taken as verified")
    }
    func add(_ count: Int, _ words: String) {
      if count > 0 { lines.append("\(count) \(words)") }
    }
    add(before, "left out: brought back before (--repeat takes them, too)")
    add(copies, "left out: a copy was accepted under another id")
    add(handshakes, "left out: handshakes, whose senders no longer wait for the answer")
    add(bodiless, "left out: the body was not kept")
    for refusal in refusals {
      lines.append(
        "\(refusal.count) refused, as \(refusal.example): \(SafeText.text(refusal.reason))")
    }
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

extension Int {
  /// The number with a noun: `1 task`, `2 tasks`.
  func counted(_ one: String, _ several: String) -> String {
    "\(self) \(self == 1 ? one : several)"
  }
}
