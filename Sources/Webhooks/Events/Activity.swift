import Foundation
import Spooling

/// What was seen of each webhook and each incoming configuration. It begins with what an earlier process
/// kept, and is kept by the process that it lives in, not by the deliveries that it is told of.
///
/// Its lock is held for a look-up; what is counted is counted beside it. Nothing that a sender chooses
/// becomes a name in it: what leads to no webhook is one number.
public final class Activity: Sendable {
  private struct State {
    var webhooks: [String: WebhookTally]
    var incoming: [String: IncomingTally] = [:]
  }
  private let state: Mutex<State>
  private let strays = Tally()

  /// - Parameter webhooks: what was kept earlier, by identifier.
  public init(_ webhooks: [String: WebhookActivity] = [:]) {
    state = Mutex(State(webhooks: webhooks.mapValues(WebhookTally.init)))
  }

  /// What was seen until now, by identifier.
  public var webhooks: [String: WebhookActivity] { tallies.mapValues(\.activity) }

  /// The webhooks' counters, by identifier.
  public var tallies: [String: WebhookTally] { state.withLock { $0.webhooks } }

  /// The incoming configurations' counters, by identifier.
  public var incoming: [String: IncomingTally] { state.withLock { $0.incoming } }

  /// Requests to paths that lead to no webhook, in this process.
  public var unknown: Int { strays.value }

  /// Takes over which webhooks and incoming configurations there are, and which of the webhooks are
  /// expected to be heard of; those that are gone are forgotten.
  public func watch(_ snapshot: Snapshot, at now: Date) {
    let webhooks = Set(snapshot.webhooks.keys.map(\.text))
    let incoming = Set(snapshot.incoming.keys.map(\.text))
    state.withLock { state in
      state.webhooks = state.webhooks.filter { webhooks.contains($0.key) }
      state.incoming = state.incoming.filter { incoming.contains($0.key) }
      for name in webhooks where state.webhooks[name] == nil {
        state.webhooks[name] = WebhookTally(WebhookActivity())
      }
      for name in incoming where state.incoming[name] == nil {
        state.incoming[name] = IncomingTally()
      }
    }
    for (identifier, entry) in snapshot.webhooks {
      var isExpecting = false
      switch entry {
      case .ready(let webhook):
        isExpecting = webhook.expectEvery != nil
        tally(of: identifier.text).filter(by: webhook.filterDigest)
      case .disabled: break
      // Whether it would be expected isn't known.
      case .broken: continue
      }
      tally(of: identifier.text).expect(isExpecting, at: now)
    }
  }

  /// Has what was seen of a webhook go on under its new identifier.
  public func rename(_ old: Identifier, to new: Identifier) {
    state.withLock { state in
      if let tally = state.webhooks.removeValue(forKey: old.text) {
        state.webhooks[new.text] = tally
      }
    }
  }

  /// Counts the secrets that verified a request, whatever became of it afterwards: that its sender uses
  /// them is what an administrator wants to know.
  func note(_ decision: Decision, at now: Date) {
    guard let webhook = decision.webhook?.identifier.text, !decision.steps.isEmpty else { return }
    tally(of: webhook).noteMatches(decision.steps, at: now)
  }

  /// Counts a delivery that was answered.
  ///
  /// - Parameter webhook: what its path led to; nil if there is no such webhook.
  func note(
    _ decision: Decision, _ arrival: Arrival, of webhook: Identifier?, bytes: Int,
    took duration: Duration
  ) {
    guard let webhook else { return strays.count() }
    let (tally, now) = (tally(of: webhook.text), arrival.time)
    tally.note(DeliveryOutcome(decision), bytes: bytes, took: duration, at: now)
    if case .rejected(let rejection) = decision.verdict {
      tally.note(
        WebhookActivity.Refusal(
          time: now, check: rejection.check, delivery: arrival.id.description,
          isTemporary: rejection.isTemporary, clockDifference: rejection.clockDifference))
    }
    if case .accepted = decision.verdict {
      for route in decision.routes {
        state.withLock { $0.incoming[route.incoming] }?.note(route.outcome, at: now)
      }
    }
  }

  private func tally(of webhook: String) -> WebhookTally {
    state.withLock { state in
      if let tally = state.webhooks[webhook] { return tally }
      let tally = WebhookTally(WebhookActivity())
      state.webhooks[webhook] = tally
      return tally
    }
  }
}

extension Webhook {
  /// Changes where one of the filters that its deliveries meet does.
  fileprivate var filterDigest: String {
    let filters = incoming.map { "\($0.identifier)\n\($0.filterText ?? "")\n" }.joined()
    return String(EncodedBody.sha256(of: Array(filters.utf8)).prefix(16))
  }
}
