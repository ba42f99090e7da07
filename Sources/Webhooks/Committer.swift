import Spooling
import Verification

/// The second half of a delivery's way: makes durable what was decided.
struct Committer: Sendable {
  let snapshots: Snapshots
  let spools: Spools
  /// What waits in the spools that have limits; nil to hold nobody to them.
  let depths: SpoolDepths?
  /// The deliveries that were accepted before.
  let replays: Replays

  /// Makes durable what the delivery causes. Its memory stays held until the commit is really over,
  /// which may be after the answer of a missed deadline.
  func commit(
    _ decision: inout Decision, _ arrival: Arrival, holding memory: Inflight.Reservation,
    by deadline: ContinuousClock.Instant
  ) throws(Rejection) {
    let counted =
      try depths.map { depths throws(Rejection) in try decision.admit(to: depths) } ?? [:]
    let replay: ReplayReservation?
    do throws(Rejection) {
      replay = try claim(&decision, arrival, by: deadline)
    } catch {
      depths?.takeBack(counted)
      depths?.settle(counted)
      throw error
    }
    switch decision.verdict {
    case .accepted(let commit):
      do throws(SpoolError) {
        try write(commit, replay, counted, holding: memory, by: deadline)
      } catch {
        // Past the deadline it may still be committed; then the next look into the spool tells.
        if error != .deadline { depths?.takeBack(counted) }
        throw .unavailable(check: "spool", "\(error)")
      }
    case .answered(_, let commit):
      let door = try claimDoor(for: commit, of: decision.webhook)
      do throws(SpoolError) {
        try write(commit, nil, [:], holding: memory, by: deadline)
      } catch {
        // Past the deadline the secret may still be kept: no second one is taken beside it.
        if error != .deadline { door?.giveBack() }
        throw .unavailable(check: "spool", "\(error)")
      }
      if let door {
        _ = snapshots.update { $0.withLearned() }
        door.finish()
      }
    case .repeated:
      depths?.takeBack(counted)
      depths?.settle(counted)
    case .rejected: return
    }
  }

  /// Reserves the sender's delivery id, where `replay` is configured, and has it kept by the commit. A
  /// delivery that was accepted before becomes a repetition.
  private func claim(
    _ decision: inout Decision, _ arrival: Arrival, by deadline: ContinuousClock.Instant
  ) throws(Rejection) -> ReplayReservation? {
    guard case .accepted(var commit) = decision.verdict, let webhook = decision.webhook,
      let rule = webhook.replay, let delivery = decision.proof.senderDelivery
    else { return nil }
    let key = ReplayKey(webhook: webhook.identifier, delivery: delivery)
    switch replays.claim(key, as: arrival, rule, by: deadline) {
    case .seen(let first):
      decision.verdict = .repeated(of: first)
      return nil
    case .unknown:
      throw .unavailable(check: "replay", "a copy of it is being committed, and not done yet")
    case .first(let reservation):
      commit.entries.append(key.entry(arrival.id))
      decision.verdict = .accepted(commit)
      return reservation
    }
  }

  private func write(
    _ commit: Commit, _ replay: ReplayReservation?, _ counted: [String: SpoolDepth],
    holding memory: Inflight.Reservation, by deadline: ContinuousClock.Instant
  ) throws(SpoolError) {
    let depths = depths
    do throws(SpoolError) {
      try spools.commit(commit, by: deadline) {
        memory.release()
        depths?.settle(counted)
        replay?.commitEnded()
      }
    } catch {
      replay?.fail(isOver: error != .deadline)
      throw error
    }
    replay?.succeed()
  }

  /// The door that a secret is taken through; nil for a commit that has none.
  private func claimDoor(
    for commit: Commit, of webhook: Webhook?
  ) throws(Rejection) -> HandshakeDoor? {
    guard let webhook, commit.entries.contains(where: \.isLearned) else { return nil }
    let door = HandshakeDoor(
      of: webhook.identifier, state: snapshots.current.settings.state)
    guard door.claim() else {
      throw .unavailable(check: "handshake", "another request came first, with a secret of its own")
    }
    return door
  }
}
