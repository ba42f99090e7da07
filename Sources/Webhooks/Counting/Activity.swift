import Bytes
import FoundationEssentials
import Spooling

/// The counters of all webhooks and incoming configurations. They continue those of an earlier
/// process, and the process writes them to its state: a delivery only counts.
///
/// The lock is held for a look-up only; counting happens outside of the lock. A name that a sender
/// chooses never becomes a key here: all requests to unknown paths share one number.
public final class Activity: Sendable {
  private struct State {
    var webhooks: [String: WebhookCounters]
    var incoming: [String: IncomingCounters] = [:]
  }
  private let state: Mutex<State>
  private let strays = Counter()

  /// - Parameter webhooks: the counters that an earlier process kept, by identifier.
  public init(_ webhooks: [String: WebhookActivity] = [:]) {
    state = Mutex(State(webhooks: webhooks.mapValues(WebhookCounters.init)))
  }

  /// The activity of each webhook until now, by identifier.
  public var webhooks: [String: WebhookActivity] { counters.mapValues(\.activity) }

  /// The webhooks' counters, by identifier.
  public var counters: [String: WebhookCounters] { state.withLock { $0.webhooks } }

  /// The incoming configurations' counters, by identifier.
  public var incoming: [String: IncomingCounters] { state.withLock { $0.incoming } }

  /// The number of requests to paths without a webhook, in this process.
  public var unknown: Int { strays.value }

  /// Takes over the webhooks and incoming configurations of a snapshot, and which webhooks expect
  /// deliveries. The counters of those that no longer exist are dropped.
  public func watch(_ snapshot: Snapshot, at now: Date) {
    let webhooks = Set(snapshot.webhooks.keys.map(\.text))
    let incoming = Set(snapshot.incoming.keys.map(\.text))
    state.withLock { state in
      state.webhooks = state.webhooks.filter { webhooks.contains($0.key) }
      state.incoming = state.incoming.filter { incoming.contains($0.key) }
      for name in webhooks where state.webhooks[name] == nil {
        state.webhooks[name] = WebhookCounters(WebhookActivity())
      }
      for name in incoming where state.incoming[name] == nil {
        state.incoming[name] = IncomingCounters()
      }
    }
    for (identifier, entry) in snapshot.webhooks {
      var isExpecting = false
      switch entry {
      case .ready(let webhook):
        isExpecting = webhook.expectEvery != nil
        counters(of: identifier.text).filter(by: webhook.filterDigest)
      case .disabled: break
      // A broken file doesn't say whether deliveries are expected.
      case .broken: continue
      }
      counters(of: identifier.text).expect(isExpecting, at: now)
    }
  }

  /// Moves the counters of a webhook to its new identifier.
  public func rename(_ old: Identifier, to new: Identifier) {
    state.withLock { state in
      if let counters = state.webhooks.removeValue(forKey: old.text) {
        state.webhooks[new.text] = counters
      }
    }
  }

  /// Counts the secrets that verified a request, even if the delivery fails later: an administrator
  /// wants to know whether the sender uses a secret.
  func note(_ decision: Decision, at now: Date) {
    guard let webhook = decision.webhook?.identifier.text, !decision.steps.isEmpty else { return }
    counters(of: webhook).noteMatches(decision.steps, at: now)
  }

  /// Counts a delivery after its answer.
  func note(_ entry: DeliveryLog.Entry) {
    guard let webhook = entry.webhook else { return strays.count() }
    let (decision, now) = (entry.decision, entry.arrival.time)
    let counted = counters(of: webhook.text)
    counted.note(
      DeliveryOutcome(decision), bytes: entry.request.body.count, took: entry.duration, at: now)
    if case .rejected(let rejection) = decision.verdict {
      counted.note(
        WebhookActivity.LastRejection(
          time: now, check: rejection.check, delivery: entry.arrival.id.description,
          isTemporary: rejection.isTemporary, clockDifference: rejection.clockDifference))
    }
    if case .accepted = decision.verdict {
      for route in decision.routes {
        state.withLock { $0.incoming[route.incoming] }?.note(route.outcome, at: now)
      }
    }
  }

  private func counters(of webhook: String) -> WebhookCounters {
    state.withLock { state in
      if let known = state.webhooks[webhook] { return known }
      let new = WebhookCounters(WebhookActivity())
      state.webhooks[webhook] = new
      return new
    }
  }
}

extension Webhook {
  /// A digest of the filters that the webhook's deliveries meet. It changes with each of them.
  fileprivate var filterDigest: String {
    let filters = incoming.map { "\($0.identifier)\n\($0.filterText ?? "")\n" }.joined()
    return String(EncodedBody.sha256(of: Array(filters.utf8)).prefix(16))
  }
}
