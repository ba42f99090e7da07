import AdministrationMessages
import FoundationEssentials
import Serving
import Spooling
import Verification
import Webhooks

extension Administering.Known {
  /// How long bringing back may take.
  private static let working = Duration.seconds(10)

  /// Says what becomes of deliveries that are brought back.
  func shownAgain(
    _ choice: AgainChoice, by asker: Asker, _ directory: String, at now: Date
  ) throws(Obstacle) -> AgainPlanShown {
    let verifying = try verifying(directory, at: now)
    var plan = try plan(choice, verifying)
    let deliveries = try ChosenHistory(choice, self, at: now, within: Administering.patience)
    var shown = AgainPlanShown()
    shown.before = deliveries.before
    while let entry = deliveries.next() { plan.add(entry) }
    shown.looked = deliveries.stopped.map { _ in deliveries.looked }
    shown.take(plan)
    shown.incoming = snapshot.incoming.keys.map(\.text).sorted()
    if let entry = deliveries.only, entry.body != nil, let arrival = entry.facts.arrival,
      let webhook = Identifier(entry.facts.webhook),
      var request = try? CapturedMessage(entry.message).request
    {
      request.remote = entry.facts.remote
      shown.explanation =
        Explanation(request, for: webhook, at: arrival.time, in: verifying).text
    }
    return shown
  }

  /// Brings deliveries back, the newest first, and notes that.
  ///
  /// - Returns: `done` if all that pass are brought back, and nothing is left to say.
  func bringBack(
    _ choice: AgainChoice, by asker: Asker, _ directory: String, at now: Date
  ) throws(Obstacle) -> AdministrationAnswer.Content {
    guard choice.target.isEmpty || choice.takesVerified else {
      throw .unusable(
        "verified",
        "an incoming configuration of your choice needs your yes that what was verified when it "
          + "came is taken as verified")
    }
    guard !choice.id.isEmpty || choice.filter.before != nil else {
      throw .unusable("before", "expected the plan that the deliveries were chosen by")
    }
    let log = try changes()
    let plan = try plan(choice, try verifying(directory, at: now))
    let deliveries = try ChosenHistory(choice, self, at: now, within: Self.working)
    let bringing = BringingBack(
      state: settings.state, "brought back on the pages, by \(asker.user)")
    var shown = BroughtBackShown()
    while shown.failure == nil, let entry = deliveries.next() {
      guard case .passes(let decision, let commit) = plan.fate(of: entry) else { continue }
      do throws(BringingBack.Failure) {
        let target = choice.target.isEmpty ? nil : choice.target
        shown.tasks += try bringing.run(entry, decision, commit, to: target).count
        shown.deliveries += 1
        shown.needsReload = shown.needsReload || decision.isRemembered
      } catch {
        shown.failure = "\(entry.facts.id): \(error)"
      }
    }
    shown.next = deliveries.stopped
    var note = ChangesFile.Note(
      .broughtBack,
      choice.id.isEmpty
        ? "\(shown.deliveries.counted("delivery", "deliveries"))" : "delivery \(choice.id)")
    note.after = shown.tasks.counted("task")
    if let failure = shown.failure {
      note.outcome = "stopped: \(failure)"
    } else if shown.deliveries == 0 {
      note.outcome = "not done: none passes"
    }
    try add(note, to: log, by: asker, at: now)
    let isWhole = shown.failure == nil && shown.next == nil && shown.deliveries > 0
    return isWhole && !shown.needsReload ? .done : .broughtBack(shown)
  }

  private func plan(
    _ choice: AgainChoice, _ verifying: Snapshot
  ) throws(Obstacle) -> AgainPlan {
    let target = Identifier(choice.target)
    if !choice.target.isEmpty, target.map({ verifying.incoming[$0] == nil }) ?? true {
      throw .unusable("to", "there is no incoming configuration \(choice.target)")
    }
    return AgainPlan(verifying, target, isRepeating: choice.repeats, state: settings.state)
  }

  /// The configuration with the senders' secrets, which are read for this question alone and are
  /// gone behind it.
  func verifying(_ directory: String, at now: Date) throws(Obstacle) -> Snapshot {
    let loading = Snapshot.load(directory: directory, credentials: .unknown, now: now)
    guard let snapshot = loading.snapshot else {
      throw .failed(loading.problems.map(\.description).joined(separator: "; "))
    }
    return snapshot
  }
}

/// The deliveries that are brought back, one after the other.
private final class ChosenHistory {
  /// The only one, if it was asked for by its id.
  let only: HistoryEntry?
  /// The number behind the newest that is meant. What comes while it is worked isn't meant.
  let before: Int?
  private let search: DeliverySearch?
  private var isTaken = false

  init(
    _ choice: AgainChoice, _ known: Administering.Known, at now: Date, within time: Duration
  ) throws(Obstacle) {
    if !choice.id.isEmpty {
      (only, before, search) = (try known.entry(choice.id), nil, nil)
      return
    }
    var query = try known.query(choice.filter, at: now)
    guard !query.isEmpty else {
      throw .unusable("filter", "narrow it down: not all deliveries of a webhook are brought back")
    }
    let newest = choice.filter.before ?? Administering.Known.microseconds(now)
    query.filter.before = newest
    (only, before) = (nil, newest)
    search = DeliverySearch(state: known.settings.state, query, within: time)
  }

  func next() -> HistoryEntry? {
    guard let search else {
      defer { isTaken = true }
      return isTaken ? nil : only
    }
    return search.next()
  }

  /// The number to go on before, if the time was over.
  var stopped: Int? { search?.stopped }
  var looked: Int { search?.looked ?? 1 }
}

extension AgainPlanShown {
  fileprivate mutating func take(_ plan: AgainPlan) {
    passing = plan.passing
    tasks = plan.tasks.sorted { $0.key < $1.key }.map { FactShown($0.key, "\($0.value)") }
    (broughtBack, copies, handshakes) = (plan.before, plan.copies, plan.handshakes)
    (bodiless, unverifiable) = (plan.bodiless, plan.unverifiable)
    refusals = plan.refusals.map { refusal in
      var one = Refusal()
      (one.reason, one.count, one.example) = (refusal.reason, refusal.count, refusal.example)
      return one
    }
    otherRefusals = plan.otherRefusals
  }
}
