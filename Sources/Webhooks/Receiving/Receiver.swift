import Bytes
import FoundationEssentials
import Spooling
import Verification

/// The way of a delivery from the web server into the spools (design, section 4): read, decide,
/// commit, answer, tell. The thread that ends the commit answers and tells; no thread waits for a
/// commit.
public struct Receiver: Sendable {
  let snapshots: Snapshots
  private let committer: Committer
  private let log: DeliveryLog
  private let activity: Activity
  private let keys: KeyWatch?
  private let history: (any DeliveryHistory)?
  private let inflight: Inflight
  private let arrivals: Arrivals
  private let unwantedCount = Counter()

  /// Creates a receiver.
  ///
  /// - Parameters:
  ///   - snapshots: the configuration in use, and the place for snapshots with new secrets and
  ///     keys.
  ///   - spools: the spools that deliveries are committed to.
  ///   - depths: the depths of the spools that have limits; nil to apply no limits.
  ///   - log: the log of deliveries.
  ///   - activity: counts every delivery.
  ///   - keys: asks for public keys that are missing and brings those that were fetched; nil to ask
  ///     for none.
  ///   - replays: the deliveries that were accepted earlier.
  ///   - history: keeps deliveries; nil to keep none.
  public init(
    snapshots: Snapshots, spools: Spools, depths: SpoolDepths? = nil, log: DeliveryLog,
    activity: Activity = Activity(), keys: KeyWatch? = nil, replays: Replays = Replays(state: nil),
    history: (any DeliveryHistory)? = nil
  ) {
    self.snapshots = snapshots
    committer = Committer(snapshots: snapshots, spools: spools, depths: depths, replays: replays)
    self.log = log
    self.activity = activity
    self.keys = keys
    self.history = history
    inflight = Inflight()
    arrivals = Arrivals()
  }

  /// The number of accepted deliveries that no incoming configuration wanted.
  public var unwanted: Int { unwantedCount.value }

  /// The bytes of memory that deliveries in progress hold.
  public var inflightBytes: Int { inflight.bytes }

  /// Receives one delivery by a configuration, which it keeps to its end. The answer is sent by the
  /// deadline, maybe on another thread, and is a success only once the delivery is durable.
  public func receive(_ inbound: consuming some Inbound & ~Copyable, by snapshot: Snapshot) {
    let now = Date()
    var request = inbound.head
    let identifier = snapshot.identifier(at: request.path)
    let arrival = arrivals.next(at: now, in: snapshot.trace(of: request, to: identifier))
    var decision = Decision(.accepted(Commit()), webhook: nil)
    var memory: Inflight.Reservation?
    do throws(Rejection) {
      let held = try read(inbound, into: &request, snapshot.settings)
      memory = held
      decision = decide(request, arrival, snapshot, as: identifier, since: inbound.arrived) {
        bytes throws(Rejection) in
        try held.grow(to: bytes, limit: snapshot.settings.maxInflightBytes)
      }
      activity.note(decision, at: arrival.time)
    } catch {
      decision = Decision(.rejected(error), webhook: try? snapshot.lookUp(identifier))
    }
    let limit = decision.webhook?.deadline ?? snapshot.settings.deadline
    let deadline = inbound.arrived + limit
    let waiting = Waiting(inbound)
    committer.commit(decision, arrival, holding: memory, by: deadline) { [request] decision in
      waiting.take { inbound in
        let answer = Answer(to: decision, arrival)
        inbound.answer(answer)
        tell(
          DeliveryLog.Entry(
            decision: decision, webhook: identifier, arrival: arrival, request: request,
            requestID: inbound.requestID, status: answer.status, duration: .now - inbound.arrived,
            snapshot: snapshot))
        inbound.end()
      }
    }
  }

  private func tell(_ entry: DeliveryLog.Entry) {
    if DeliveryOutcome(entry.decision) == .unwanted { unwantedCount.count() }
    activity.note(entry)
    log.note(entry)
    if let history, let rule = entry.decision.webhook?.history {
      KeptDelivery(entry).map { history.keep($0, by: rule) }
    }
  }

  /// Reads the whole body, within the limits on one body and on all bodies together.
  private func read(
    _ inbound: borrowing some Inbound & ~Copyable, into request: inout Request, _ settings: Settings
  ) throws(Rejection) -> Inflight.Reservation {
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

  /// Decides. Decides again if the door is open for a secret that the sender brings along, or if a
  /// missing public key has been fetched since the snapshot was made.
  private func decide(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot, as identifier: Identifier?,
    since start: ContinuousClock.Instant,
    reserve: @escaping @Sendable (Int) throws(Rejection) -> Void
  ) -> Decision {
    let decision = Judge.decide(
      request, arrival, snapshot, as: identifier, since: start, reserve: reserve)
    if let door = decision.door(snapshot), door.isOpen(at: arrival.time) {
      return Judge.decide(
        request, arrival, snapshot, as: identifier, since: start, isDoorOpen: true,
        reserve: reserve)
    }
    guard let keys, let wanted = decision.wantedKey else { return decision }
    if let fetched = keys.news() {
      let snapshot = snapshots.update { $0.with(fetched: fetched) }
      let second = Judge.decide(
        request, arrival, snapshot, as: identifier, since: start, reserve: reserve)
      guard second.wantedKey != nil else { return second }
    }
    keys.want(wanted)
    return decision
  }
}

/// A request on its way to the thread that answers it.
private final class Waiting<Request: Inbound & ~Copyable>: Sendable {
  private let request: Mutex<Request?>

  init(_ request: consuming sending Request) { self.request = Mutex(request) }

  /// Passes the request to `body`, the first time.
  func take(_ body: (consuming Request) -> Void) {
    if let request = request.withLock({ $0.take() }) { body(request) }
  }
}

extension Decision {
  /// The door that would have let the delivery in; nil if the rejection has another cause.
  fileprivate func door(_ snapshot: Snapshot) -> HandshakeDoor? {
    guard case .rejected(let rejection) = verdict, rejection.needsDoor, let webhook else {
      return nil
    }
    return HandshakeDoor(of: webhook.identifier, state: snapshot.settings.state)
  }
}
