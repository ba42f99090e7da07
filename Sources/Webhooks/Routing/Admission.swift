import Spooling

extension Decision {
  /// Holds an accepted delivery against the limits of the spools that it needs, and counts it in.
  ///
  /// A full spool whose rule is `skip` is left out of it.
  ///
  /// - Returns: what was counted, to be taken back if it isn't committed.
  /// - Throws: a temporary rejection if a spool is full whose rule is `refuse`.
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
        commit.entries.removeAll { $0.spool == spool }
        commit = records?.completing(commit) ?? commit
        for place in routes.indices where routes[place].incoming == spool {
          routes[place].outcome = .skipped(reason: reason)
        }
      }
    }
  }
}
