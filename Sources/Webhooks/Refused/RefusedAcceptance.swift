import Foundation
import Spooling
import Verification

/// A kept delivery that is verified again, with today's configuration, as of the time when it arrived.
public struct RefusedAcceptance: Sendable {
  /// What becomes of it.
  public enum Outcome: Sendable {
    /// It passes; its tasks are to be committed.
    case accepted(Commit)
    /// A delivery of the same sender's id was accepted meanwhile, under this id.
    case repeated(of: String)
    /// It is a handshake, which nobody waits for any more.
    case answered
    /// It stays refused.
    case rejected(Rejection)
  }

  public let outcome: Outcome
  /// Whether it is remembered as accepted, so that no copy of it passes.
  public var isRemembered: Bool {
    guard case .accepted(let commit) = outcome else { return false }
    return commit.entries.contains { $0.spool.hasPrefix("replay/") }
  }
  private let snapshot: Snapshot

  /// Decides, and has no effect.
  ///
  /// - Parameter request: as it was kept, without its remote address and certificate.
  public init(_ kept: KeptRefusal, _ request: Request, in snapshot: Snapshot) {
    self.snapshot = snapshot
    let verdict = kept.verdict
    guard let id = UUIDv7(verdict.delivery), let webhook = Identifier(verdict.webhook) else {
      outcome = .rejected(Rejection(.unreadable, check: "refused", "its verdict can't be read"))
      return
    }
    var request = request
    request.remote = verdict.remote
    request.clientCertificate = verdict.certificate.map {
      PresentedCertificate(
        verification: $0.verification, subject: $0.subject, issuer: $0.issuer,
        fingerprint: $0.fingerprint)
    }
    let decision = Receiver.decide(
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
      // A running responder takes it for known from its next reload on; until then a copy makes a task.
      commit.entries.append(key.entry(id))
      outcome = .accepted(commit)
    }
  }

  /// Makes its tasks durable, the plain way, whether a responder is running or not. As the user that the
  /// state belongs to.
  public func commit(_ commit: Commit) throws(SpoolError) {
    let named = Set(commit.entries.map(\.spool))
    let spools =
      snapshot.spoolSettings.filter { named.contains($0.identifier) }
      + commit.entries.filter(\.isState).map { SpoolSettings(identifier: $0.spool, make: true) }
    let settings = snapshot.settings
    let plain = PlainCommit(
      root: settings.spool, state: settings.state, spools,
      floors: Floors(
        bytes: UInt64(settings.minFreeBytes), inodes: UInt64(settings.minFreeInodes)))
    try plain.write(commit)
  }

  /// The delivery that was accepted with this id of the sender's, by the name of the file that keeps it.
  private static func accepted(_ key: ReplayKey, state: String) -> String? {
    let folder = "\(state)/\(ReplayKey.spool(of: key.webhook))/new"
    let names = (try? FolderListing.names(in: folder)) ?? []
    return names.first { $0.hasSuffix(".\(key.hash)") }.map { String($0.prefix(36)) }
  }
}
