import FoundationEssentials
import Spooling
import Verification

/// A kept rejection, verified again with today's configuration as of its time of arrival.
public struct RefusedAcceptance: Sendable {
  /// The result of the second verification.
  public enum Outcome: Sendable {
    /// The request passes. Its tasks have to be committed.
    case accepted(Commit)
    /// The request passes, but a delivery with the same id of the sender was accepted since, under
    /// this id.
    case repeated(of: String)
    /// The request is a handshake, and its sender doesn't wait for the answer any more.
    case answered
    /// The request is rejected again.
    case rejected(Rejection)
  }

  /// The result.
  public let outcome: Outcome
  /// Whether its replay key is committed too, so that no copy of it passes later.
  public var isRemembered: Bool {
    guard case .accepted(let commit) = outcome else { return false }
    return commit.entries.contains { if case .replay = $0.spool { true } else { false } }
  }
  private let snapshot: Snapshot

  /// Verifies and routes the request. It has no effect.
  ///
  /// - Parameters:
  ///   - kept: The rejection, which holds the remote address and the certificate.
  ///   - request: The request as it was kept.
  ///   - snapshot: Today's configuration.
  public init(_ kept: KeptRejection, _ request: Request, in snapshot: Snapshot) {
    self.snapshot = snapshot
    let verdict = kept.verdict
    guard let id = UUIDv7(verdict.delivery), let webhook = Identifier(verdict.webhook) else {
      outcome = .rejected(
        Rejection(.unreadable, check: "refused", "the file with its verdict can't be read"))
      return
    }
    var request = request
    request.remote = verdict.remote
    request.clientCertificate = verdict.certificate.map {
      PresentedCertificate(
        verification: $0.verification, subject: $0.subject, issuer: $0.issuer,
        fingerprint: $0.fingerprint)
    }
    let decision = Judge.decide(
      request, Arrival(id: id, time: verdict.moment), snapshot, as: webhook)
    switch decision.verdict {
    case .rejected(let rejection): outcome = .rejected(rejection)
    case .answered: outcome = .answered
    case .repeated(let first): outcome = .repeated(of: first)
    case .accepted(var commit):
      guard decision.webhook?.replay != nil, let sent = decision.proof.senderDelivery else {
        outcome = .accepted(commit)
        return
      }
      let key = ReplayKey(webhook: webhook, delivery: sent)
      if let first = Self.accepted(key, state: snapshot.settings.state) {
        outcome = .repeated(of: first)
        return
      }
      // A running responder learns the key at its next reload. Until then, a copy makes a task.
      commit.entries.append(key.entry(id))
      outcome = .accepted(commit)
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
