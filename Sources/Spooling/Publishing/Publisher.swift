import Bytes
import Dispatch
import FoundationEssentials

/// Publishes the tasks that are durable in the log into the spools of one file system, many
/// together, and looks after these spools.
///
/// It does so on a thread of its own: a file system that hangs keeps this thread, and no other.
final class Publisher: Sendable {
  /// The things that all publishers share.
  struct Room: Sendable {
    let set: SpoolSet
    let unpublished: Unpublished
    let layout: WALLayout
    /// How often the spools are looked after; nil to leave that to `look()`.
    let lookEvery: Duration?
    /// Returns what is set aside; nil while the log isn't open.
    let aside: @Sendable () -> SetAside?
    /// Hands a spool over to the publisher of the file system on which the spool was found.
    let hand: @Sendable (SpoolID, Volume) -> Void
    /// Called when the log has something that can be cleared.
    let onProgress: @Sendable () -> Void
  }

  private struct State {
    var isUrgent = false
    var isFinishing = false
    /// Signalled after the next round of looking.
    var lookers: [DispatchSemaphore] = []
  }
  /// The file system; nil for the publisher of spools whose file system isn't known yet.
  let volume: Volume?
  let room: Room
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  init(of volume: Volume?, number: Int, in room: Room) {
    self.volume = volume
    self.room = room
    ended.enter()
    NamedThread.start("publish-\(number)") { [self] in
      run()
      ended.leave()
    }
  }

  var home: Unpublished.Home { volume.map { ObjectIdentifier($0) } }

  /// Tells the thread that it has work.
  func wake() { work.signal() }

  /// Makes the thread publish without a pause, because the log gets full.
  func hurry() {
    let isNew = state.withLock { state in
      defer { state.isUrgent = true }
      return !state.isUrgent
    }
    if isNew { work.signal() }
  }

  /// Asks for a round of looking.
  ///
  /// - Returns: a semaphore that is signalled when the round is over.
  func look() -> DispatchSemaphore {
    let over = DispatchSemaphore(value: 0)
    state.withLock { $0.lookers.append(over) }
    work.signal()
    return over
  }

  /// Publishes what it can, and ends the thread. Tasks that can't be published at once stay in the
  /// log.
  func finish() {
    state.withLock { $0.isFinishing = true }
    work.signal()
  }

  /// Waits for the end of the thread.
  ///
  /// - Returns: false if the thread has not ended by then.
  func waitForEnd(until end: DispatchTime) -> Bool { ended.wait(timeout: end) == .success }

  // MARK: - The thread

  private func run() {
    var due = ContinuousClock.now
    var isLast = false
    var nextLook = room.lookEvery.map { due + $0 }
    while true {
      wait(until: due, nextLook)
      let (lookers, isHurried, isFinishing) = state.withLock { state in
        defer { (state.lookers, state.isUrgent) = ([], false) }
        return (state.lookers, state.isUrgent, state.isFinishing)
      }
      let begun = ContinuousClock.now
      if isFinishing, !isLast {
        isLast = true
        // Tasks that could not be published are tried once more. The keeper sets aside what still
        // can't be.
        for spool in spools { room.unpublished.endPause(of: spool) }
      }
      if !lookers.isEmpty || nextLook.map({ begun >= $0 }) ?? false {
        lookAfterSpools()
        nextLook = room.lookEvery.map { .now + $0 }
      }
      let isTrusted = volume.map { $0.distrust == nil } ?? true
      let isUrgent = isHurried || room.unpublished.work(for: home, begun).isUrgent
      let isWorking = isTrusted && publish(isUrgent: isUrgent)
      for looker in lookers { looker.signal() }
      if isFinishing, !isWorking { return }
      due = .now + (isTrusted ? pause(after: .now - begun) : .seconds(1))
    }
  }

  /// Returns how long to wait after a publication.
  ///
  /// With little work, the wait is short: tasks are published at once. Under load, the tasks of a
  /// whole `interval` are published together. A publication that took longer than `interval` is
  /// followed by the next after `calm`.
  private func pause(after spent: Duration) -> Duration {
    max(min(spent * 2, room.layout.interval - spent), room.layout.calm)
  }

  /// Waits for work, and then until it is due. It ends earlier if no more work comes, if there is
  /// much of it, or if commits wait for it.
  private func wait(until due: ContinuousClock.Instant, _ nextLook: ContinuousClock.Instant?) {
    var before = -1
    while true {
      let isUrgent = state.withLock { $0.isUrgent || $0.isFinishing || !$0.lookers.isEmpty }
      if isUrgent { return }
      let now = ContinuousClock.now
      let work = room.unpublished.work(for: home, now)
      var until = nextLook
      if work.tasks > 0, volume?.distrust == nil {
        let isMuch = work.isUrgent || work.tasks >= room.layout.mostPublished
        if now >= due || isMuch || work.tasks == before { return }
        before = work.tasks
        until = min(due, now + room.layout.calm)
      } else if let next = work.next {
        until = min(until ?? next, next)
      }
      guard let until else {
        self.work.wait()
        continue
      }
      if now >= until { return }
      _ = self.work.wait(timeout: .now() + DispatchTimeInterval(until - now))
    }
  }

  private func lookAfterSpools() {
    if let volume, volume.distrust != nil {
      volume.working { room.set.probe(volume) }
      // The failures of its spools may be over, too.
      if volume.distrust == nil { for spool in spools { room.unpublished.endPause(of: spool) } }
    }
    let mended = volume?.working { room.set.look(at: volume) } ?? room.set.look(at: nil)
    for spool in mended { room.unpublished.endPause(of: spool) }
    // A spool may have been found on another file system.
    for (spool, found) in room.set.homes where room.unpublished.isHome(home, of: spool) {
      if let found, found !== volume { room.hand(spool, found) }
    }
  }

  private var spools: [SpoolID] {
    room.set.homes.filter { $0.volume === volume }.map(\.spool)
  }
}
