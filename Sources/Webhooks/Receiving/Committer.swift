import Spooling
import Verification

/// Makes a decision durable: the second half of the way of a delivery.
struct Committer: Sendable {
  let snapshots: Snapshots
  let spools: Spools
  /// The depths of the spools that have limits; nil to apply no limits.
  let depths: SpoolDepths?
  /// The deliveries that were accepted earlier.
  let replays: Replays

  /// Makes everything durable that the delivery causes, and calls `answer` with what became of the
  /// decision: accepted, `repeated` if a copy of the delivery was accepted before, or a temporary
  /// rejection if a spool is full, a copy of the delivery is still being committed, or the commit
  /// fails or misses the deadline.
  ///
  /// `answer` is called exactly once, by the deadline: at once where nothing is to be committed, or
  /// later on another thread.
  ///
  /// `memory` is released when the commit is over. After a missed deadline, that may be later than
  /// the answer. It is nil for a rejected delivery.
  func commit(
    _ decision: Decision, _ arrival: Arrival, holding memory: Inflight.Reservation?,
    by deadline: ContinuousClock.Instant, answer: @escaping @Sendable (Decision) -> Void
  ) {
    var decision = decision
    let started: Started
    do throws(Rejection) {
      guard let next = try start(&decision, arrival, by: deadline) else { return answer(decision) }
      started = next
    } catch {
      decision.verdict = .rejected(error)
      return answer(decision)
    }
    let (depths, snapshots, decided) = (depths, snapshots, decision)
    spools.commit(started.commit, by: deadline) {
      memory?.release()
      depths?.settle(started.counted)
      started.replay?.commitEnded()
    } answer: { outcome in
      var decision = decided
      switch outcome {
      case .success:
        started.replay?.succeed()
        if let door = started.door {
          _ = snapshots.update { $0.withLearned() }
          door.finish()
        }
      case .failure(let error):
        // After the deadline the commit may still succeed. The depths then stay counted until the
        // next look into the spool corrects them, and the door stays claimed, so that no second
        // secret is taken beside the first.
        let isOver = error != .deadline
        if isOver { depths?.takeBack(started.counted) }
        if isOver { started.door?.giveBack() }
        started.replay?.fail(isOver: isOver)
        decision.verdict = .rejected(.unavailable(check: "spool", "\(error)"))
      }
      answer(decision)
    }
  }

  /// A commit with what was claimed for it.
  private struct Started: Sendable {
    let commit: Commit
    var counted: [String: SpoolDepth] = [:]
    var replay: ReplayReservation?
    var door: HandshakeDoor?
  }

  /// Claims what the commit needs: the depths of spools with limits, the sender's delivery id, the
  /// door of a handshake.
  ///
  /// - Returns: nil if nothing is to be committed: the delivery is rejected, or a repeated one.
  private func start(
    _ decision: inout Decision, _ arrival: Arrival, by deadline: ContinuousClock.Instant
  ) throws(Rejection) -> Started? {
    if case .answered(_, let commit) = decision.verdict {
      return Started(commit: commit, door: try claimDoor(for: commit, of: decision.webhook))
    }
    let depths = depths
    let counted =
      try depths.map { depths throws(Rejection) in try decision.admit(to: depths) } ?? [:]
    var replay: ReplayReservation?
    var rejection: Rejection?
    do throws(Rejection) {
      replay = try claim(&decision, arrival, by: deadline)
    } catch {
      rejection = error
    }
    if rejection == nil, case .accepted(let commit) = decision.verdict {
      return Started(commit: commit, counted: counted, replay: replay)
    }
    depths?.takeBack(counted)
    depths?.settle(counted)
    if let rejection { throw rejection }
    return nil
  }

  /// Reserves the sender's delivery id if `replay` is configured, and adds the id to the commit.
  /// Turns the verdict into `repeated` if a delivery with this id was accepted before.
  ///
  /// - Throws: a temporary rejection if a copy of the delivery is still being committed.
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
      throw .unavailable(
        check: "replay", "a copy of this delivery is being committed, and not done yet")
    case .first(let reservation):
      commit.entries.append(key.entry(arrival.id))
      decision.verdict = .accepted(commit)
      return reservation
    }
  }

  /// Claims the door for the learned secret in a commit.
  ///
  /// - Returns: nil if the commit has no learned secret.
  /// - Throws: a temporary rejection if another request claimed the door first.
  private func claimDoor(
    for commit: Commit, of webhook: Webhook?
  ) throws(Rejection) -> HandshakeDoor? {
    guard let webhook, commit.entries.contains(where: \.isLearned) else { return nil }
    let door = HandshakeDoor(
      of: webhook.identifier, state: snapshots.current.settings.state)
    guard door.claim() else {
      throw .unavailable(
        check: "handshake", "another request came first and brought its own secret")
    }
    return door
  }
}

extension Decision {
  /// Checks an accepted delivery against the limits of the spools that it needs, and counts its
  /// tasks into their depths.
  ///
  /// If a spool is full and its rule is `skip`, the tasks for this spool are left out.
  ///
  /// - Returns: the counted depths. The caller takes them back if they aren't committed.
  /// - Throws: a temporary rejection if a spool is full and its rule is `refuse`.
  mutating func admit(to depths: SpoolDepths) throws(Rejection) -> [String: SpoolDepth] {
    guard case .accepted(var commit) = verdict, let webhook else { return [:] }
    let limited = webhook.limits
    if limited.isEmpty { return [:] }
    while true {
      let wanted = commit.depths.filter { limited[$0.key] != nil }
      let full = depths.add(wanted) { spool, depth in limited[spool]?.allow(depth) ?? true }
      if full.isEmpty {
        verdict = .accepted(commit)
        return wanted
      }
      for spool in full.sorted() {
        guard let limits = limited[spool] else { continue }
        let reason = "spool \(spool) is full: its limits are \(limits.words)"
        guard limits.whenFull == .skip else {
          throw .unavailable(check: "limits", reason)
        }
        commit.entries.removeAll { $0.spool == .incoming(spool) }
        commit = records?.completing(commit) ?? commit
        for place in routes.indices where routes[place].incoming == spool {
          routes[place].outcome = .skipped(reason: reason)
        }
      }
    }
  }
}

extension Replays {
  /// Reads the records on disk that aren't known yet, of the webhooks that recognise copies.
  public func update(_ snapshot: Snapshot) {
    update(
      snapshot.webhooks.compactMapValues { entry -> ReplayRule? in
        guard case .ready(let webhook) = entry else { return nil }
        return webhook.replay
      })
  }
}
