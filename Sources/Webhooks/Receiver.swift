import Foundation
import Spooling
import Verification

/// The way of a delivery, from the web server into the spools (design, section 4).
public struct Receiver: Sendable {
  private let snapshots: Snapshots
  private let spools: Spools
  private let depths: SpoolDepths?
  private let log: DeliveryLog
  private let inflight: Inflight
  private let arrivals: Arrivals
  private let unwantedCount = Tally()

  /// - Parameter depths: what waits in the spools that have limits; nil to hold nobody to them.
  public init(
    snapshots: Snapshots, spools: Spools, depths: SpoolDepths? = nil, log: DeliveryLog
  ) {
    self.snapshots = snapshots
    self.spools = spools
    self.depths = depths
    self.log = log
    inflight = Inflight()
    arrivals = Arrivals()
  }

  /// How many deliveries were accepted that no incoming configuration wanted.
  public var unwanted: Int { unwantedCount.value }

  /// Receives one delivery. It is answered by the deadline, and with success only once it is durable.
  public func receive(_ inbound: inout some Inbound & ~Copyable) {
    let snapshot = snapshots.current
    let arrival = arrivals.next(at: Date())
    var request = inbound.head
    var decision: Decision
    do throws(Rejection) {
      let memory = try accept(&inbound, into: &request, snapshot)
      decision = Self.decide(request, arrival, snapshot, since: inbound.arrived) {
        bytes throws(Rejection) in
        try memory.grow(to: bytes, limit: snapshot.settings.maxInflightBytes)
      }
      let limit = decision.webhook?.deadline ?? snapshot.settings.deadline
      let counted = try depths.map { depths throws(Rejection) in try decision.admit(to: depths) }
      try commit(decision, counted: counted ?? [:], holding: memory, by: inbound.arrived + limit)
      if !decision.routes.isEmpty, decision.routes.allSatisfy(\.isEmpty) { unwantedCount.count() }
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
    _ inbound: inout some Inbound & ~Copyable, into request: inout Request, _ snapshot: Snapshot
  ) throws(Rejection) -> Inflight.Reservation {
    let settings = snapshot.settings
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

  /// Looks the webhook up, lets its pre-processors judge, and routes. It has no effect, and depends
  /// on nothing but what it is given: `explain` calls it too.
  ///
  /// - Parameter identifier: the webhook that it is for, whatever its path says; by default the one
  ///   that its path leads to.
  /// - Parameter start: when it came in: its routing has to be over in time to be committed.
  public static func decide(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot,
    as identifier: Identifier? = nil, since start: ContinuousClock.Instant = .now,
    reserve: (Int) throws(Rejection) -> Void = { _ in }
  ) -> Decision {
    var found: Webhook?
    do throws(Rejection) {
      let webhook = try snapshot.lookUp(identifier ?? snapshot.identifier(at: request.path))
      found = webhook
      try webhook.admit(request)
      let limits = JQLimits(
        deadline: start + webhook.deadline * 3 / 4, growth: snapshot.settings.maxInflightBytes)
      return decide(request, arrival, webhook, within: limits, reserve)
    } catch {
      return Decision(.rejected(error), webhook: found)
    }
  }

  private static func decide(
    _ request: Request, _ arrival: Arrival, _ webhook: Webhook, within limits: JQLimits,
    _ reserve: (Int) throws(Rejection) -> Void
  ) -> Decision {
    var steps: [PreProcessorStep] = []
    switch webhook.preProcess(request, at: arrival.time, steps: &steps) {
    case .passed(let proof):
      let delivery = Delivery(request: request, arrival: arrival, webhook: webhook, proof: proof)
      var decision = Decision(.accepted(Commit()), webhook: webhook, proof: proof, steps: steps)
      do throws(Rejection) {
        let routing = try Routing(
          of: delivery.document, to: webhook.incoming, body: delivery.body, bytes: request.body,
          id: arrival.id, within: limits, reserve)
        decision.verdict = .accepted(routing.commit)
        decision.routes = routing.steps
      } catch {
        decision.verdict = .rejected(error)
      }
      return decision
    case .answered(let answer):
      return Decision(.answered(answer), webhook: webhook, steps: steps)
    case .rejected(let rejection):
      return Decision(.rejected(rejection), webhook: webhook, steps: steps)
    }
  }

  /// Makes durable what the delivery causes. Its memory stays held until the commit is really over,
  /// which may be after the answer of a missed deadline.
  private func commit(
    _ decision: Decision, counted: [String: SpoolDepth], holding memory: Inflight.Reservation,
    by deadline: ContinuousClock.Instant
  ) throws(Rejection) {
    guard case .accepted(let commit) = decision.verdict else { return }
    do throws(SpoolError) {
      try spools.commit(commit, by: deadline) { memory.release() }
    } catch {
      // Past the deadline it may still be committed; then the next look into the spool tells.
      if error != .deadline { depths?.takeBack(counted) }
      throw .unavailable(check: "spool", "\(error)")
    }
  }
}
