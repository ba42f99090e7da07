import Bytes
import Dispatch
import FoundationEssentials
import Glibc
import Spooling

/// The loop of an importer: claim the next task, work on it, end the claim by the outcome.
///
/// Any number of drains may work on one spool, in one process or many, or a single one that keeps
/// an order. No task is ever worked on by two at once, and none is lost when a drain dies: the
/// others take its claims back.
public final class Drain: Sendable {
  let spool: TaskSpool
  let settings: DrainSettings
  let work: any Work
  let stop: StopRequest
  let note: @Sendable (String) -> Void
  let status: WorkStatusWriter?
  let report = Mutex(DrainReport())
  let backlog: Backlog
  private let order: KeyedOrder?
  /// The keys of claimed tasks by name, where there is an order by keys.
  private let keys = Mutex<[String: KeyedOrder.Key]>([:])
  /// Held from finding a task to knowing its key: a later task of the same key must not be faster.
  private let picking = Mutex(())
  private let watch: NewTaskWatch?
  /// Wakes one of the threads that wait for tasks; nil if the process has too many descriptors.
  private let nudge = WakeUp()
  private let housekeeping = Mutex<Date?>(nil)
  /// Names of the tasks that were reported as unreadable for this user.
  private let forbidden = Mutex<Set<String>>([])
  private static let mostForbiddenNoted = 10

  /// Makes a drain, which does nothing before `run`.
  ///
  /// - Parameters:
  ///   - spool: the spool whose tasks it works on.
  ///   - settings: how it works on them.
  ///   - work: what is done with claimed tasks.
  ///   - stop: the drain claims nothing more once this is requested, and ends when its work has.
  ///   - status: takes the end of each attempt, under the spool's identifier.
  ///   - note: takes a line for people about each thing that went wrong. Any of the drain's threads
  ///     may call it.
  public init(
    _ spool: TaskSpool, _ settings: DrainSettings, work: any Work, stop: StopRequest,
    status: WorkStatusWriter? = nil, note: @escaping @Sendable (String) -> Void
  ) {
    self.spool = spool
    self.settings = settings
    self.work = work
    self.stop = stop
    self.status = status
    self.note = note
    watch = settings.follows ? NewTaskWatch("\(spool.path)/new") : nil
    order = settings.key.map { KeyedOrder(spool, key: $0) }
    backlog = Backlog(
      spool, lookEvery: settings.lookEvery, longestWait: settings.longestWait,
      isOrdered: settings.isOrdered, order: order)
  }

  /// The numbers so far.
  public var soFar: DrainReport { report.withLock { $0 } }

  /// Works until nothing is left, or until the stop request if the drain follows. Returns when all
  /// work has ended. Beside another drain that keeps an order, or if this one does, a drain that
  /// follows waits for the other's end, and one that doesn't works on nothing.
  public func run() -> DrainReport {
    if let lock = takeTurn() { withExtendedLifetime(lock) { workOnThreads() } }
    return report.withLock { $0 }
  }

  private func workOnThreads() {
    let ended = DispatchGroup()
    for number in 1...max(settings.jobs, 1) {
      ended.enter()
      NamedThread.start("job-\(number)") { [self] in
        workThrough()
        ended.leave()
      }
    }
    ended.wait()
  }

  private func workThrough() {
    do {
      repeat {
        while stop.deadline == nil {
          try tidy()
          let claims = try claimSome()
          if claims.isEmpty { break }
          // Tasks that arrived together woke a single thread, which wakes another.
          if settings.follows, !backlog.isEmpty { nudge?.signal() }
          attempt(claims)
        }
      } while settings.follows && waitForMore()
    } catch {
      end("\(error)")
    }
  }

  /// Ends the drain with a reason, because nothing more can be done.
  func end(_ reason: String) {
    report.withLock { $0.end = $0.end ?? reason }
    stop.request(by: .now + .seconds(30))
  }

  private func claimSome() throws(TaskSpoolError) -> [Claim] {
    var claims: [Claim] = []
    while claims.count < settings.batch {
      guard let next = try next() else { break }
      if let claim = claim(next) {
        claims.append(claim)
      } else {
        // One that another process holds may come back.
        ended(next, isDeferred: next.state == .retry || spool.contains(next))
      }
    }
    return claims
  }

  private func next() throws(TaskSpoolError) -> TaskPlace? {
    guard let order else { return try offered() }
    return try picking.withLock { (_) throws(TaskSpoolError) -> TaskPlace? in
      if let (place, key) = order.next() {
        keys.withLock { $0[place.name] = key }
        return place
      }
      while let place = try offered() {
        guard let key = order.take(place) else { continue }
        keys.withLock { $0[place.name] = key }
        return place
      }
      return nil
    }
  }

  private func offered() throws(TaskSpoolError) -> TaskPlace? {
    try backlog.next(now: Date()) { () throws(TaskSpoolError) in try takeBack() }
  }

  /// Tells the order by keys of the end of an attempt.
  func ended(_ place: TaskPlace, isDeferred: Bool) {
    guard let order, let key = keys.withLock({ $0.removeValue(forKey: place.name) }) else { return }
    order.ended(place, key, isDeferred: isDeferred)
  }

  /// Takes back the claims that dead drains and foreign importers left.
  private func takeBack() throws(TaskSpoolError) {
    let result = try spool.takeBack(
      maxAttempts: settings.maxAttempts, lease: settings.lease, now: Date())
    for name in result.returned { note("\(name): its claim was abandoned: back in new/") }
    for name in result.givenUp {
      note("\(name): its claim was abandoned once too often: in failed/")
    }
    for error in result.problems { note("\(error)") }
    report.withLock { report in
      report.problems += result.problems.count
      report.returned += result.returned.count
      report.failed += result.givenUp.count
    }
  }

  private func claim(_ place: TaskPlace) -> Claim? {
    do throws(TaskSpoolError) {
      guard let claim = try spool.claim(place) else {
        // A task that is gone can come back from a drain that was stopped, so only a task that is
        // there is skipped.
        if spool.contains(place) { backlog.skip(place) }
        return nil
      }
      // Another drain may have deferred the task since this one looked.
      if place.state == .retry, let record = claim.record,
        !record.isDue(at: Date(), within: settings.longestWait)
      {
        try claim.postpone(record)
        return nil
      }
      return claim
    } catch {
      backlog.skip(place)
      setAside(place, error)
      return nil
    }
  }

  private func setAside(_ place: TaskPlace, _ error: TaskSpoolError) {
    if error.isForbidden { return leave(place, error) }
    do throws(TaskSpoolError) {
      guard case .noTask(_, let reason) = error else { throw error }
      try spool.reject(place, reason: reason)
      report.withLock { $0.failed += 1 }
      status?.note(.failed(reason), of: spool.identifier)
      note("\(place.path): \(reason): moved to failed/")
    } catch {
      report.withLock { $0.problems += 1 }
      note("\(error)")
    }
  }

  /// Leaves a task that this user may not read, since its group may be about to change. Each task
  /// is reported once.
  private func leave(_ place: TaskPlace, _ error: TaskSpoolError) {
    let count = forbidden.withLock { $0.insert(place.name).inserted ? $0.count : nil }
    guard let count else { return }
    report.withLock { $0.problems += 1 }
    if count <= Self.mostForbiddenNoted {
      note(
        "\(error); the file stays there: `levelwind incoming prepare`, as root, gives it the "
          + "spool's group")
    } else if count == Self.mostForbiddenNoted + 1 {
      note("further tasks can't be read either")
    }
  }

  /// Waits until there may be something to do.
  ///
  /// - Returns: false if the drain is to stop.
  private func waitForMore() -> Bool {
    if stop.deadline != nil { return false }
    var waits = [stop.descriptor, nudge?.descriptor ?? -1, watch?.descriptor ?? -1]
      .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // One millisecond more, so that a task that is due by then counts as due.
    poll(&waits, UInt(waits.count), Int32(backlog.quiet(now: Date()) / .milliseconds(1)) + 1)
    nudge?.clear()
    watch?.clear()
    return stop.deadline == nil
  }

  /// Removes old records and finished tasks, once an hour and in one of the threads.
  private func tidy() throws(TaskSpoolError) {
    let now = Date()
    let isDue = housekeeping.withLock { last in
      if let last, abs(now.timeIntervalSince(last)) < 3600 { return false }
      last = now
      return true
    }
    guard isDue else { return }
    try spool.sweepRecords(now: now)
    guard let kept = settings.keepDone else { return }
    for problem in try spool.sweepDone(keeping: kept, now: now).problems { note("\(problem)") }
  }
}
