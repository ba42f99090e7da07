import Foundation
import Spooling
import Verification

/// The way of a delivery, from the web server into the spools (design, section 4).
public struct Receiver: Sendable {
  private let snapshots: Snapshots
  private let spools: Spools
  private let log: DeliveryLog
  private let activity: Activity
  private let keys: KeyWatch?
  private let replays: Replays
  private let inflight: Inflight
  private let arrivals: Arrivals

  /// - Parameters:
  ///   - activity: is told of every delivery.
  ///   - keys: is asked for keys that are wanting; nil where none are fetched.
  ///   - replays: the deliveries that were accepted before.
  public init(
    snapshots: Snapshots, spools: Spools, log: DeliveryLog, activity: Activity = Activity(),
    keys: KeyWatch? = nil, replays: Replays = Replays(state: nil)
  ) {
    self.snapshots = snapshots
    self.spools = spools
    self.log = log
    self.activity = activity
    self.keys = keys
    self.replays = replays
    inflight = Inflight()
    arrivals = Arrivals()
  }

  /// Receives one delivery. It is answered by the deadline, and with success only once it is durable.
  public func receive(_ inbound: inout some Inbound & ~Copyable) {
    let snapshot = snapshots.current
    let arrival = arrivals.next(at: Date())
    var request = inbound.head
    var decision: Decision
    do throws(Rejection) {
      let memory = try accept(&inbound, into: &request, snapshot.settings)
      decision = decide(request, arrival, snapshot)
      activity.note(decision, at: arrival.time)
      let limit = decision.webhook?.deadline ?? snapshot.settings.deadline
      try commit(&decision, arrival, holding: memory, by: inbound.arrived + limit)
    } catch {
      decision = Decision(
        .rejected(error), webhook: try? snapshot.lookUp(snapshot.identifier(at: request.path)))
    }
    let answer = Answer(to: decision, arrival)
    inbound.answer(answer)
    log.note(
      DeliveryLog.Entry(
        decision: decision, webhook: snapshot.identifier(at: request.path), arrival: arrival,
        request: request, requestID: inbound.requestID, status: answer.status,
        duration: .now - inbound.arrived))
  }

  /// Takes the whole body in, within the bounds on one and on all of them together.
  private func accept(
    _ inbound: inout some Inbound & ~Copyable, into request: inout Request, _ settings: Settings
  ) throws(Rejection) -> Inflight.Reservation {
    guard let length = inbound.announcedLength else {
      throw Rejection(.unreadable, check: "body", "the length announced is no number")
    }
    guard length <= settings.maxBodyBytes else {
      throw Rejection(.tooLarge, check: "max_body", "\(length) bytes announced")
    }
    let memory = try inflight.reserve(body: length, limit: settings.maxInflightBytes)
    request.body = try inbound.body(limit: settings.maxBodyBytes)
    return memory
  }

  /// Decides, and once more where a key was wanting that has been fetched meanwhile.
  private func decide(_ request: Request, _ arrival: Arrival, _ snapshot: Snapshot) -> Decision {
    let decision = Self.decide(request, arrival, snapshot)
    if let door = decision.door(snapshot), door.isOpen(at: arrival.time) {
      return Self.decide(request, arrival, snapshot, isDoorOpen: true)
    }
    guard let keys, let (url, webhook) = decision.wantedKey else { return decision }
    if let fetched = keys.news() {
      let snapshot = snapshots.update { $0.with(fetched: fetched) }
      let second = Self.decide(request, arrival, snapshot)
      guard second.wantedKey != nil else { return second }
    }
    keys.want(WantedKey(url: url, webhook: webhook))
    return decision
  }

  /// Looks the webhook up, lets its pre-processors judge, and routes. It has no effect, and depends
  /// on nothing but what it is given: `explain` calls it too.
  ///
  /// - Parameter identifier: the webhook that it is for, whatever its path says; by default the one
  ///   that its path leads to.
  /// - Parameter isDoorOpen: whether a secret that a sender brings along is taken.
  public static func decide(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot,
    as identifier: Identifier? = nil, isDoorOpen: Bool = false
  ) -> Decision {
    var found: Webhook?
    do throws(Rejection) {
      let webhook = try snapshot.lookUp(identifier ?? snapshot.identifier(at: request.path))
      found = webhook
      try webhook.admit(request)
      return decide(request, arrival, webhook, isDoorOpen)
    } catch {
      return Decision(.rejected(error), webhook: found)
    }
  }

  private static func decide(
    _ request: Request, _ arrival: Arrival, _ webhook: Webhook, _ isDoorOpen: Bool
  ) -> Decision {
    var steps: [PreProcessorStep] = []
    switch webhook.preProcess(request, at: arrival.time, steps: &steps) {
    case .passed(let proof):
      let delivery = Delivery(request: request, arrival: arrival, webhook: webhook, proof: proof)
      return Decision(.accepted(delivery.routed()), webhook: webhook, proof: proof, steps: steps)
    case .answered(_, let remains) where remains.learned != nil && !isDoorOpen:
      var rejection = Rejection.unavailable(
        check: "handshake",
        "it brings a secret along; levelwind webhook handshake \(webhook.identifier) has it taken")
      rejection.needsDoor = true
      return Decision(.rejected(rejection), webhook: webhook, steps: steps)
    case .answered(let answer, let remains):
      return Decision(
        .answered(answer, remains.commit(of: webhook, arrival)), webhook: webhook, steps: steps)
    case .rejected(let rejection):
      return Decision(.rejected(rejection), webhook: webhook, steps: steps)
    }
  }

  /// Makes durable what the delivery causes. Its memory stays held until the commit is really over,
  /// which may be after the answer of a missed deadline.
  private func commit(
    _ decision: inout Decision, _ arrival: Arrival, holding memory: Inflight.Reservation,
    by deadline: ContinuousClock.Instant
  ) throws(Rejection) {
    switch decision.verdict {
    case .accepted(let commit):
      guard let webhook = decision.webhook, let rule = webhook.replay,
        let delivery = decision.proof.senderDelivery
      else { return try write(commit, holding: memory, by: deadline) }
      let key = ReplayKey(webhook: webhook.identifier, delivery: delivery)
      switch replays.claim(key, as: arrival, rule, by: deadline) {
      case .seen(let first): decision.verdict = .repeated(of: first)
      case .unknown:
        throw .unavailable(check: "replay", "a copy of it is being committed, and not done yet")
      case .first(let reservation):
        try write(commit, holding: memory, by: deadline, reservation)
        record(key, arrival, by: deadline)
      }
    case .answered(_, let commit):
      try write(commit, holding: memory, by: deadline)
      guard let webhook = decision.webhook, commit.entries.contains(where: \.isLearned) else {
        break
      }
      let snapshot = snapshots.update { $0.withLearned() }
      HandshakeDoor(of: webhook.identifier, state: snapshot.settings.state).close()
    case .rejected, .repeated: return
    }
  }

  private func write(
    _ commit: Commit, holding memory: Inflight.Reservation, by deadline: ContinuousClock.Instant,
    _ reservation: ReplayReservation? = nil
  ) throws(Rejection) {
    do throws(SpoolError) {
      try spools.commit(commit, by: deadline) {
        memory.release()
        reservation?.commitEnded()
      }
    } catch {
      reservation?.fail(isOver: error != .deadline)
      throw .unavailable(check: "spool", "\(error)")
    }
    reservation?.succeed()
  }

  /// Keeps a replay key, once the tasks are durable: the other way round, a power cut could keep the
  /// key alone, and the sender's next attempt would be taken for a copy of what is lost. A key that
  /// can't be kept counts until the next start, after which a copy may pass.
  private func record(
    _ key: ReplayKey, _ arrival: Arrival, by deadline: ContinuousClock.Instant
  ) {
    try? spools.commit(Commit([key.entry(arrival.id)]), by: deadline)
  }
}
