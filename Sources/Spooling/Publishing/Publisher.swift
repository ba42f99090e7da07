import Dispatch
import Foundation

/// Publishes what is durable in the log into the spools of one file system, many tasks together, on a thread of its own; and
/// looks after these spools. A file system that hangs keeps this thread, and no other.
final class Publisher: Sendable {
  /// What publishers share.
  struct Room: Sendable {
    let set: SpoolSet
    let unpublished: Unpublished
    let layout: WALLayout
    /// How often spools are looked after; nil to leave that to `look()`.
    let lookEvery: Duration?
    /// What is set aside; nil as long as the log is not open.
    let aside: @Sendable () -> SetAside?
    /// Hands a spool over to the publisher of the file system that it was found on.
    let hand: @Sendable (String, Volume) -> Void
    /// Called when the log can be emptied of something.
    let onProgress: @Sendable () -> Void
  }

  private struct State {
    var isUrgent = false
    var isFinishing = false
    /// Those who wait for a round of looking.
    var lookers: [DispatchSemaphore] = []
  }
  /// The file system; nil of the one that finds out on which spools lie.
  private let volume: Volume?
  private let room: Room
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  init(of volume: Volume?, number: Int, in room: Room) {
    self.volume = volume
    self.room = room
    ended.enter()
    Thread.start("publish-\(number)") { [self] in
      run()
      ended.leave()
    }
  }

  private var home: Unpublished.Home { volume.map { ObjectIdentifier($0) } }

  /// There is something.
  func wake() { work.signal() }

  /// Nothing should wait in the log any more: it gets full.
  func hurry() {
    let isNew = state.withLock { state in
      defer { state.isUrgent = true }
      return !state.isUrgent
    }
    if isNew { work.signal() }
  }

  /// Asks for a round of looking.
  ///
  /// - Returns: what is signalled when it is over.
  func look() -> DispatchSemaphore {
    let over = DispatchSemaphore(value: 0)
    state.withLock { $0.lookers.append(over) }
    work.signal()
    return over
  }

  /// Publishes what there is, and ends; what can't be published at once is left.
  func finish() {
    state.withLock { $0.isFinishing = true }
    work.signal()
  }

  /// - Returns: false if the thread has not ended by then.
  func waitForEnd(until end: DispatchTime) -> Bool { ended.wait(timeout: end) == .success }

  // MARK: - The thread

  private func run() {
    var due = ContinuousClock.now
    var isLast = false
    var nextLook = room.lookEvery.map { due + $0 }
    while true {
      wait(until: due, nextLook)
      let (lookers, isFinishing) = state.withLock { state in
        state.isUrgent = false
        defer { state.lookers = [] }
        return (state.lookers, state.isFinishing)
      }
      let begun = ContinuousClock.now
      if isFinishing, !isLast {
        isLast = true
        // What could not be published may be by now; or else it is set aside.
        for spool in spools { room.unpublished.endPause(of: spool) }
      }
      if !lookers.isEmpty || nextLook.map({ begun >= $0 }) ?? false {
        lookAfterSpools()
        nextLook = room.lookEvery.map { .now + $0 }
      }
      let isTrusted = volume.map { $0.distrust == nil } ?? true
      let isWorking = isTrusted && publish()
      for looker in lookers { looker.signal() }
      if isFinishing, !isWorking { return }
      due = .now + (isTrusted ? pause(after: .now - begun) : .seconds(1))
    }
  }

  /// Where little happens, tasks are published at once; under load, what came within `interval` together. What took longer
  /// is behind already, and goes on.
  private func pause(after spent: Duration) -> Duration {
    max(min(spent * 2, room.layout.interval - spent), room.layout.calm)
  }

  /// Waits for work, and then until it is due, unless nothing more comes, there is much of it, or the log gets full.
  private func wait(until due: ContinuousClock.Instant, _ nextLook: ContinuousClock.Instant?) {
    var before = -1
    while true {
      let isUrgent = state.withLock { $0.isUrgent || $0.isFinishing || !$0.lookers.isEmpty }
      if isUrgent { return }
      let now = ContinuousClock.now
      let (tasks, next) = room.unpublished.work(for: home, now)
      var until = nextLook
      if tasks > 0, volume?.distrust == nil {
        if now >= due || tasks >= room.layout.mostPublished || tasks == before { return }
        before = tasks
        until = min(due, now + room.layout.calm)
      } else if let next {
        until = min(until ?? next, next)
      }
      guard let until else {
        work.wait()
        continue
      }
      if now >= until { return }
      _ = work.wait(timeout: .now() + DispatchTimeInterval(until - now))
    }
  }

  private func lookAfterSpools() {
    if let volume, volume.distrust != nil {
      volume.working { room.set.probe(volume) }
      // Whatever its spools failed with may be over.
      if volume.distrust == nil { for spool in spools { room.unpublished.endPause(of: spool) } }
    }
    let mended = volume?.working { room.set.look(at: volume) } ?? room.set.look(at: nil)
    for spool in mended { room.unpublished.endPause(of: spool) }
    // One may have been found on another file system, or on none.
    for (spool, found) in room.set.homes where room.unpublished.isHome(home, of: spool) {
      if let found, found !== volume { room.hand(spool, found) }
    }
  }

  private var spools: [String] {
    room.set.homes.filter { $0.volume === volume }.map(\.spool)
  }

  // MARK: - Publishing

  /// - Returns: whether something was published.
  private func publish() -> Bool {
    let batches = room.unpublished.take(for: home, .now)
    var isDone = false
    if !batches.isEmpty {
      let publish = { () -> Bool in self.publish(batches) }
      isDone = volume?.working(publish) ?? publish()
    }
    for spool in room.unpublished.spoolsAside(of: home, .now) {
      let publish = { () -> Bool in self.publishAside(of: spool) }
      let isOneDone = volume?.working(publish) ?? publish()
      isDone = isDone || isOneDone
    }
    if isDone { room.onProgress() }
    return isDone
  }

  private func publish(_ batches: [Unpublished.Batch]) -> Bool {
    var begun: [Unpublished.Batch] = []
    var publications: [Publication] = []
    for batch in batches {
      do throws(SpoolError) {
        guard let spool = try open(batch.spool) else {
          room.unpublished.giveBack(batch)
          continue
        }
        publications.append(Publication(try Self.entries(of: batch), in: spool, onStep: step))
        begun.append(batch)
      } catch {
        fail(batch, error, isHalfWay: false)
      }
    }
    Publication.complete(&publications, onStep: step)
    var isDone = false
    for (batch, publication) in zip(begun, publications) {
      if let error = publication.failure {
        fail(batch, error, isHalfWay: publication.isHalfWay)
      } else {
        isDone = true
        room.set.noteSuccess(of: batch.spool)
        forgetAside(room.unpublished.end(batch).map { ($0.name, $0.size) }, of: batch.spool)
      }
    }
    return isDone
  }

  private func step() { room.unpublished.noteStep(of: home) }

  /// Some of what was set aside.
  private func publishAside(of identifier: String) -> Bool {
    do throws(SpoolError) {
      guard let aside = room.aside(), let spool = try open(identifier) else { return false }
      let (most, bytes) = room.unpublished.portion(of: identifier)
      let tasks: [SetAside.Task]
      let entries: [Commit.Entry]
      do throws(SystemError) {
        tasks = Unpublished.portion(
          of: try aside.tasks(of: identifier), most, bytes: bytes, \.bytes)
        entries = try aside.entries(tasks, of: identifier)
      } catch {
        throw .log(error)
      }
      var publications = [Publication(entries.map { ($0, true) }, in: spool, onStep: step)]
      Publication.complete(&publications, onStep: step)
      if let failure = publications[0].failure { throw failure }
      room.unpublished.note(.success(()), aside: identifier, .now)
      room.set.noteSuccess(of: identifier)
      forgetAside(tasks, of: identifier)
      return true
    } catch {
      room.set.note(error)
      room.unpublished.note(.failure(error), aside: identifier, .now)
      return false
    }
  }

  /// What is in its spool need not be set aside any more.
  private func forgetAside(_ tasks: [SetAside.Task], of spool: String) {
    guard !tasks.isEmpty, let aside = room.aside() else { return }
    do {
      try aside.remove(tasks.map(\.name), of: spool)
      room.unpublished.forget(aside: tasks, of: spool)
    } catch {
      // The next look counts what is left.
    }
  }

  private func fail(_ batch: Unpublished.Batch, _ error: SpoolError, isHalfWay: Bool) {
    room.set.note(error)
    room.unpublished.fail(batch, error, isHalfWay: isHalfWay, .now)
  }

  /// The spool; nil if it is handed over to the publisher of another file system.
  private func open(_ identifier: String) throws(SpoolError) -> Spool? {
    let spool = try room.set.spool(identifier)
    if spool.volume === volume { return spool }
    room.hand(identifier, spool.volume)
    return nil
  }

  private static func entries(
    of batch: Unpublished.Batch
  ) throws(SpoolError) -> [(entry: Commit.Entry, isUncertain: Bool)] {
    do throws(SystemError) {
      let entries = try LoggedTask.entries(of: batch.tasks)
      return zip(entries, batch.tasks).map { ($0, $1.isUncertain) }
    } catch {
      throw .log(error)
    }
  }
}
