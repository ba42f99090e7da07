import Foundation
import Spooling
import Verification

/// The way of a delivery, from the web server into the spools (design, section 4): it is taken in and decided here,
/// and then committed.
public struct Receiver: Sendable {
  private let snapshots: Snapshots
  private let committer: Committer
  private let log: DeliveryLog
  private let activity: Activity
  private let keys: KeyWatch?
  private let refused: RefusedKeeper?
  private let inflight: Inflight
  private let arrivals: Arrivals
  private let unwantedCount = Tally()

  /// - Parameters:
  ///   - depths: what waits in the spools that have limits; nil to hold nobody to them.
  ///   - activity: is told of every delivery.
  ///   - keys: is asked for keys that are wanting; nil where none are fetched.
  ///   - replays: the deliveries that were accepted before.
  ///   - refused: is told of refused deliveries; nil to keep none.
  public init(
    snapshots: Snapshots, spools: Spools, depths: SpoolDepths? = nil, log: DeliveryLog,
    activity: Activity = Activity(), keys: KeyWatch? = nil, replays: Replays = Replays(state: nil),
    refused: RefusedKeeper? = nil
  ) {
    self.snapshots = snapshots
    committer = Committer(snapshots: snapshots, spools: spools, depths: depths, replays: replays)
    self.log = log
    self.activity = activity
    self.keys = keys
    self.refused = refused
    inflight = Inflight()
    arrivals = Arrivals()
  }

  /// How many deliveries were accepted that no incoming configuration wanted.
  public var unwanted: Int { unwantedCount.value }

  /// Bytes of memory that deliveries in progress hold.
  public var inflightBytes: Int { inflight.bytes }

  /// Receives one delivery. It is answered by the deadline, and with success only once it is durable.
  public func receive(_ inbound: inout some Inbound & ~Copyable) {
    let snapshot = snapshots.current
    let arrival = arrivals.next(at: Date())
    var request = inbound.head
    var decision: Decision
    do throws(Rejection) {
      let memory = try accept(&inbound, into: &request, snapshot)
      decision = decide(request, arrival, snapshot, since: inbound.arrived) {
        bytes throws(Rejection) in
        try memory.grow(to: bytes, limit: snapshot.settings.maxInflightBytes)
      }
      activity.note(decision, at: arrival.time)
      let limit = decision.webhook?.deadline ?? snapshot.settings.deadline
      carryOut(&decision, arrival, holding: memory, by: inbound.arrived + limit)
    } catch {
      decision = Decision(
        .rejected(error), webhook: try? snapshot.lookUp(snapshot.identifier(at: request.path)))
    }
    let answer = Answer(to: decision, arrival)
    inbound.answer(answer)
    let entry = DeliveryLog.Entry(
      decision: decision, webhook: snapshot.identifier(at: request.path), arrival: arrival,
      request: request, requestID: inbound.requestID, status: answer.status,
      duration: .now - inbound.arrived, snapshot: snapshot)
    activity.note(
      decision, arrival, of: entry.webhook, bytes: request.body.count, took: entry.duration)
    log.note(entry)
    refused?.note(entry)
  }

  /// Takes the whole body in, within the bounds on one and on all of them together.
  private func accept(
    _ inbound: inout some Inbound & ~Copyable, into request: inout Request, _ snapshot: Snapshot
  ) throws(Rejection) -> Inflight.Reservation {
    let settings = snapshot.settings
    let length = try inbound.announcedLength ?? 0
    guard length <= settings.maxBodyBytes else {
      throw Rejection(.tooLarge, check: "max_body", "\(length) bytes announced")
    }
    let memory = try inflight.reserve(body: length, limit: settings.maxInflightBytes)
    request.body = try inbound.body(limit: settings.maxBodyBytes) { bytes throws(Rejection) in
      try memory.grow(body: bytes, limit: settings.maxInflightBytes)
    }
    return memory
  }

  /// Decides, and once more where a key was wanting that has been fetched meanwhile.
  private func decide(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot,
    since start: ContinuousClock.Instant,
    reserve: @escaping @Sendable (Int) throws(Rejection) -> Void
  ) -> Decision {
    let decision = Self.decide(request, arrival, snapshot, since: start, reserve: reserve)
    if let door = decision.door(snapshot), door.isOpen(at: arrival.time) {
      return Self.decide(request, arrival, snapshot, since: start, isDoorOpen: true)
    }
    guard let keys, let wanted = decision.wantedKey else { return decision }
    if let fetched = keys.news() {
      let snapshot = snapshots.update { $0.with(fetched: fetched) }
      let second = Self.decide(request, arrival, snapshot, since: start, reserve: reserve)
      guard second.wantedKey != nil else { return second }
    }
    keys.want(wanted)
    return decision
  }

  /// Looks the webhook up, lets its pre-processors judge, and routes. It has no effect, and depends
  /// on nothing but what it is given: `explain` calls it too.
  ///
  /// - Parameter identifier: the webhook that it is for, whatever its path says; by default the one
  ///   that its path leads to.
  /// - Parameters:
  ///   - start: when it came in: its routing has to be over in time to be committed.
  ///   - isDoorOpen: whether a secret that a sender brings along is taken.
  ///   - reserve: is asked for the memory, in bytes, that filters and parsers need.
  public static func decide(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot,
    as identifier: Identifier? = nil, since start: ContinuousClock.Instant = .now,
    isDoorOpen: Bool = false,
    reserve: @escaping @Sendable (Int) throws(Rejection) -> Void = { _ in }
  ) -> Decision {
    var found: Webhook?
    do throws(Rejection) {
      let webhook = try snapshot.lookUp(identifier ?? snapshot.identifier(at: request.path))
      found = webhook
      try webhook.admit(request)
      let limits = JQLimits(
        deadline: start + webhook.deadline * 3 / 4, growth: snapshot.settings.maxInflightBytes,
        reserve: reserve)
      return decide(
        request, arrival, webhook, within: limits, maxBody: snapshot.settings.maxBodyBytes,
        isDoorOpen)
    } catch {
      return Decision(.rejected(error), webhook: found)
    }
  }

  private static func decide(
    _ request: Request, _ arrival: Arrival, _ webhook: Webhook, within limits: JQLimits,
    maxBody: Int, _ isDoorOpen: Bool
  ) -> Decision {
    var steps: [PreProcessorStep] = []
    var request = request
    var decoded: DecodedBody?
    do throws(Rejection) {
      if webhook.signsDecodedBody {
        decoded = try DecodedBody(of: request, limit: maxBody, limits.reserve)
        request.decodedBody = decoded?.bytes
      } else {
        // What can't be decoded later is refused at once; nothing is decoded for strangers.
        _ = try ContentCoding.coding(of: request)
      }
    } catch {
      return Decision(.rejected(error), webhook: webhook)
    }
    switch webhook.preProcess(request, at: arrival.time, steps: &steps) {
    case .passed(let proof):
      var decision = Decision(.accepted(Commit()), webhook: webhook, proof: proof, steps: steps)
      do throws(Rejection) {
        if decoded == nil {
          decoded = try DecodedBody(of: request, limit: maxBody, limits.reserve)
        }
        decision.decoded = decoded
        var delivery = Delivery(
          decoded, of: request, arrival: arrival, webhook: webhook, proof: proof)
        let sent = decoded?.sentBytes ?? 0
        try limits.reserve(sent + Inflight.bytes(writing: delivery.request.body))
        let body = delivery.body
        decision.bodySHA256 = body.sha256
        decision.missingID = try delivery.findID(in: body, within: limits)
        decision.proof = delivery.proof
        let document = delivery.document
        let routing = try Routing(
          of: document, to: webhook.incoming, body: body, bytes: delivery.request.body,
          id: arrival.id, within: limits)
        decision.records = PostProcessRecords(of: delivery, document, body)
        decision.verdict = .accepted(
          decision.records?.completing(routing.commit) ?? routing.commit)
        decision.routes = routing.steps
      } catch {
        decision.verdict = .rejected(error)
      }
      return decision
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

  /// Commits what was decided. Where that fails, the decision becomes a rejection that keeps what was
  /// learned on the way: the checks' verdicts, what verified it, and the body's hash.
  private func carryOut(
    _ decision: inout Decision, _ arrival: Arrival, holding memory: Inflight.Reservation,
    by deadline: ContinuousClock.Instant
  ) {
    do throws(Rejection) {
      try committer.commit(&decision, arrival, holding: memory, by: deadline)
      if !decision.routes.isEmpty, decision.routes.allSatisfy(\.isEmpty) { unwantedCount.count() }
    } catch {
      decision.verdict = .rejected(error)
    }
  }
}
