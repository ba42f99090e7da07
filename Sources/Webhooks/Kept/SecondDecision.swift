import FoundationEssentials
import Spooling
import Verification

/// A kept delivery, decided about again: by today's configuration, as of the time of its arrival.
public struct SecondDecision: Sendable {
  /// The result.
  public enum Outcome: Sendable {
    /// The delivery passes. Its tasks have to be committed.
    case accepted(Commit)
    /// The delivery passes, but another one with the same id of the sender was accepted, under this
    /// id.
    case repeated(of: String)
    /// The request is a handshake, and its sender doesn't wait for the answer any more.
    case answered
    /// The delivery is refused, again or now.
    case rejected(Rejection)
  }

  /// The result.
  public let outcome: Outcome
  /// Whether a replay key is committed too, so that no copy of the delivery passes later.
  public var isRemembered: Bool {
    guard case .accepted(let commit) = outcome else { return false }
    return commit.entries.contains { if case .replay = $0.spool { true } else { false } }
  }
  private let snapshot: Snapshot

  /// Decides. It has no effect.
  ///
  /// - Parameters:
  ///   - facts: what is known of the delivery.
  ///   - request: the request as it was kept.
  ///   - snapshot: today's configuration.
  ///   - target: the only incoming configuration to route to. Then the pre-processors don't judge a
  ///     delivery that was verified when it came. nil to verify and to route as a delivery that
  ///     comes now.
  public init(
    _ facts: DeliveryFacts, _ request: Request, in snapshot: Snapshot, to target: Identifier? = nil
  ) {
    self.snapshot = snapshot
    guard let first = facts.arrival, let webhook = Identifier(facts.webhook) else {
      outcome = .rejected(
        Rejection(.unreadable, check: "history", "the entry in the history can't be read"))
      return
    }
    let arrival = Arrival(
      id: first.id, time: first.time,
      trace: snapshot.trace(of: request, to: webhook) ?? first.trace)
    var request = request
    request.remote = facts.remote
    request.clientCertificate = facts.certificate.map {
      PresentedCertificate(
        verification: $0.verification, subject: $0.subject, issuer: $0.issuer,
        fingerprint: $0.fingerprint)
    }
    let decision: Decision
    if let target {
      decision = Judge.decide(request, arrival, snapshot, as: webhook, facts, to: target)
    } else {
      decision = Judge.decide(request, arrival, snapshot, as: webhook)
    }
    switch decision.verdict {
    case .rejected(let rejection): outcome = .rejected(rejection)
    case .answered: outcome = .answered
    case .repeated(let first): outcome = .repeated(of: first)
    case .accepted(let commit):
      outcome =
        target == nil ? Self.remembering(commit, decision, arrival.id, snapshot) : .accepted(commit)
    }
  }

  /// Adds the replay key to the commit of a delivery whose copies are to be recognised.
  private static func remembering(
    _ commit: Commit, _ decision: Decision, _ id: UUIDv7, _ snapshot: Snapshot
  ) -> Outcome {
    guard let webhook = decision.webhook, webhook.replay != nil,
      let sent = decision.proof.senderDelivery
    else { return .accepted(commit) }
    let key = ReplayKey(webhook: webhook.identifier, delivery: sent)
    switch accepted(key, state: snapshot.settings.state) {
    case id.description?: return .accepted(commit)
    case let first?: return .repeated(of: first)
    case nil:
      // A running responder learns the key at its next reload. Until then, a copy makes a task.
      var commit = commit
      commit.entries.append(key.entry(id))
      return .accepted(commit)
    }
  }

  /// Makes the tasks durable the plain way, whether or not a responder is running. The process has
  /// to run as the user that owns the state.
  public func commit(_ commit: Commit) throws(SpoolError) {
    let named = Set(commit.entries.map(\.spool))
    let spools =
      snapshot.spoolSettings.filter { named.contains($0.spool) }
      + commit.entries.filter(\.isState).map { SpoolSettings($0.spool, make: true) }
    let settings = snapshot.settings
    let plain = PlainCommit(
      root: settings.spool, state: settings.state, spools, floors: settings.floors)
    try plain.write(commit)
  }

  /// Returns the id of the delivery that was accepted with this id of the sender; nil if there
  /// isn't one. The name of the key's file holds it.
  private static func accepted(_ key: ReplayKey, state: String) -> String? {
    let folder = "\(state)/\(key.spool)/new"
    let names = (try? FolderListing.names(in: folder)) ?? []
    return names.first { $0.hasSuffix(".\(key.hash)") }.map { String($0.prefix(36)) }
  }
}

extension Judge {
  /// Routes a delivery that was verified when it came to one incoming configuration. Its webhook
  /// may be disabled by now.
  fileprivate static func decide(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot, as identifier: Identifier,
    _ facts: DeliveryFacts, to target: Identifier
  ) -> Decision {
    let webhook: Webhook? =
      switch snapshot.webhooks[identifier] {
      case .ready(let webhook), .disabled(let webhook): webhook
      case .broken, nil: nil
      }
    guard let webhook, let incoming = snapshot.incoming[target] else {
      return Decision(
        .rejected(
          Rejection(
            .unknown, check: "configuration",
            "there is no valid webhook \(identifier), or no valid incoming configuration \(target)")
        ), webhook: webhook)
    }
    guard let verified = facts.verified else {
      return Decision(
        .rejected(.unverified("it was not verified when it came")), webhook: webhook)
    }
    var proof = Proof(verified: verified, secretName: facts.secret)
    proof.senderDelivery = facts.senderdelivery
    return Judge.route(request, arrival, snapshot, webhook, proof, to: incoming)
  }
}
