import Bytes
import FoundationEssentials
import Spooling

/// Attempts, and what follows from their outcomes.
extension Drain {
  func attempt(_ claims: [Claim]) {
    report.withLock { $0.attempts += claims.count }
    switch work.run(claims, until: stop) {
    // One of the tasks may be to blame, and the others must not fail with it.
    case .again where claims.count > 1, .never where claims.count > 1: attemptEach(claims)
    case .each(let outcomes):
      for (claim, outcome) in zip(claims, outcomes) { conclude(claim, outcome) }
    case let outcome: for claim in claims { conclude(claim, outcome) }
    }
  }

  private func attemptEach(_ claims: [Claim]) {
    note("\(claims.count) tasks failed together: each is tried by itself")
    for claim in claims {
      if stop.deadline == nil { attempt([claim]) } else { conclude(claim, .released) }
    }
  }

  private func conclude(_ claim: Claim, _ outcome: Outcome) {
    var isDeferred = false
    defer { ended(claim.place, isDeferred: isDeferred) }
    do throws(TaskSpoolError) {
      switch outcome {
      case .done: try finish(claim)
      case .later(let reason): isDeferred = try postpone(claim, reason, counting: false)
      case .again(let reason, let wait):
        isDeferred = try postpone(claim, reason, counting: true, least: wait)
      case .never(let reason): try giveUp(claim, reason)
      case .released, .each: try release(claim)
      case .impossible(let reason):
        end(reason)
        try release(claim)
      }
    } catch {
      report.withLock { $0.problems += 1 }
      backlog.skip(claim.place)
      note("\(error)")
    }
  }

  private func finish(_ claim: Claim) throws(TaskSpoolError) {
    try claim.finish(keepingUnder: settings.keepDone == nil ? nil : DoneDay(Date()))
    report.withLock { $0.done += 1 }
    status?.note(.done, of: spool.identifier, arrival: claim.place.arrival)
  }

  private func release(_ claim: Claim) throws(TaskSpoolError) {
    try claim.release()
    report.withLock { $0.released += 1 }
  }

  /// - Returns: whether the task waits in `retry/` now; false if it was given up.
  private func postpone(
    _ claim: Claim, _ reason: String, counting: Bool, least: Duration = .zero
  ) throws(TaskSpoolError) -> Bool {
    var record = claim.record ?? RetryRecord()
    if counting { record.attempts += 1 } else { record.deferrals += 1 }
    if counting, record.attempts >= settings.maxAttempts {
      let attempts = record.attempts == 1 ? "one attempt" : "\(record.attempts) attempts"
      try giveUp(claim, reason.withFirstLine(", after \(attempts)"))
      return false
    }
    if let maxAge = settings.maxAge, isOlder(claim, than: maxAge) {
      try giveUp(claim, reason.withFirstLine(", and it is older than \(maxAge)"))
      return false
    }
    let wait = max(settings.backOff.wait(after: record.attempts + record.deferrals), least)
    let due = Date() + TimeInterval(wait / .seconds(1))
    record.due = due
    record.reason = reason
    try claim.postpone(record)
    report.withLock { $0.deferred += 1 }
    status?.note(.deferred(reason), of: spool.identifier)
    backlog.add(TaskPlace(.retry, claim.place.name), due: due)
    note("\(claim.place.id): \(reason.reasonLine); again at \(due.rfc3339)")
    return true
  }

  private func isOlder(_ claim: Claim, than age: Duration) -> Bool {
    guard let arrival = claim.place.arrival else { return false }
    return Date().timeIntervalSince(arrival) > TimeInterval(age / .seconds(1))
  }

  private func giveUp(_ claim: Claim, _ reason: String) throws(TaskSpoolError) {
    try claim.giveUp(reason)
    report.withLock { $0.failed += 1 }
    status?.note(.failed(reason), of: spool.identifier)
    note("\(claim.place.id): \(reason.reasonLine); given up, see failed/\(claim.place.name).reason")
  }
}
