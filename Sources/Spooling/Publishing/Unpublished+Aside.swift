import Bytes
import FoundationEssentials

/// Setting aside tasks that the log should not keep any longer.
extension Unpublished {
  /// Chooses tasks of a spool that makes no progress, to be set aside. The spool's publisher takes
  /// no more of its tasks until `endSettingAside`.
  ///
  /// - Parameters:
  ///   - isScarce: whether the log gets full. A spool counts as stuck after `stuckAfter` then, not
  ///     after `setAsideAfter`.
  ///   - isLast: whether the process is about to end. The tasks of every spool are set aside then.
  ///   - now: the moment that a spool's pause without progress is measured to.
  /// - Returns: nil if there is nothing to set aside.
  func beginSettingAside(
    isScarce: Bool, isLast: Bool, _ now: ContinuousClock.Instant
  ) -> Batch? {
    state.withLock { state in
      let after = isLast ? .zero : isScarce ? layout.stuckAfter : layout.setAsideAfter
      for (spool, queue) in state.queues where queue.isLogged {
        guard isLast || state.stuck(spool, now) >= after else { continue }
        state.queues[spool]?.isBeingSetAside = true
        let hand = queue.isInHandAside ? [] : queue.inHand
        let rest = Self.portion(
          of: queue.waiting, layout.mostPublished, bytes: layout.mostPublishedBytes, \.size)
        return Batch(spool: spool, tasks: hand + rest)
      }
      return nil
    }
  }

  /// Ends what `beginSettingAside` began.
  ///
  /// - Parameters:
  ///   - batch: what `beginSettingAside` returned.
  ///   - isDone: whether all tasks of the batch are set aside, durably.
  /// - Returns: the tasks that were published in the meantime, to be removed from what is set
  ///   aside.
  func endSettingAside(_ batch: Batch, isDone: Bool) -> [LoggedTask] {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return [] }
      queue.isBeingSetAside = false
      defer { state.queues[batch.spool] = queue }
      guard isDone else { return [] }
      let names = Set(batch.tasks.map(\.name))
      let waited = queue.waiting.filter { names.contains($0.name) }
      let held = queue.isInHandAside ? [] : queue.inHand.filter { names.contains($0.name) }
      state.forget(waited, isAside: false)
      for task in held { state.left[task.sequence]? -= 1 }
      queue.waiting.removeAll { names.contains($0.name) }
      queue.drop(waited + held)
      queue.isInHandAside = queue.isInHandAside || !held.isEmpty
      for task in waited + held {
        queue.aside.add(task.name, bytes: task.size)
        state.asideBytes += task.size
      }
      state.advance()
      let kept = Set((waited + held).map(\.name))
      return batch.tasks.filter { !kept.contains($0.name) }
    }
  }

  /// Takes over a count of what is set aside of a spool. `before` is the count that was known when
  /// this one began. If the known count has changed since, this count is dropped. nil takes it in
  /// any case.
  func note(_ aside: Aside, of spool: SpoolID, insteadOf before: Aside? = nil) {
    state.withLock { state in
      let known = state.queues[spool]?.aside
      if known == nil, aside.tasks == 0 || before != nil { return }
      if let before, known != before { return }
      state.asideBytes += aside.bytes - (state.queues[spool]?.aside.bytes ?? 0)
      state.queues[spool, default: Queue()].aside = aside
      if state.queues[spool]?.isEmpty == true { state.queues[spool] = nil }
    }
  }

  /// Returns the most tasks and bytes of a spool that are published together.
  func portion(of spool: SpoolID) -> (tasks: Int, bytes: Int) {
    state.withLock { ($0.queues[spool] ?? Queue()).portion(layout) }
  }

  /// Notes that these tasks aren't set aside any more.
  func forget(aside tasks: [SetAside.Task], of spool: SpoolID) {
    state.withLock { state in
      guard var queue = state.queues[spool] else { return }
      let bytes = min(tasks.reduce(0) { $0 + $1.bytes }, queue.aside.bytes)
      queue.aside.tasks = max(0, queue.aside.tasks - tasks.count)
      queue.aside.bytes -= bytes
      state.asideBytes -= bytes
      if queue.aside.tasks == 0 { queue.aside.oldest = nil }
      state.queues[spool] = queue.isEmpty ? nil : queue
    }
  }

  /// The tasks that are set aside, by spool. Spools without any are left out.
  var aside: [SpoolID: Aside] {
    state.withLock { $0.queues.mapValues(\.aside).filter { $1.tasks > 0 } }
  }

  /// Returns the spools of a publisher whose tasks that are set aside should be tried now.
  func spoolsAside(of home: Home, _ now: ContinuousClock.Instant) -> [SpoolID] {
    state.withLock { state in
      state.queues.filter { spool, queue in
        state.isHome(home, of: spool) && queue.aside.tasks > 0 && !queue.isPausing(now)
      }.map(\.key)
    }
  }

  /// Notes that some of the tasks that are set aside were published, or could not be.
  func note(
    _ outcome: Result<Void, SpoolError>, aside spool: SpoolID, _ now: ContinuousClock.Instant
  ) {
    state.withLock { state in
      switch outcome {
      case .success: state.queues[spool]?.succeed()
      case .failure(let error): state.queues[spool]?.fail(error, now, layout)
      }
    }
  }
}

extension Unpublished.Aside {
  /// Counts one task more. `name` is the name of the task's file, which says when the task arrived.
  mutating func add(_ name: String, bytes more: Int) {
    tasks += 1
    bytes = bytes.addingBounded(more)
    guard let arrival = TaskName.arrival(name) else { return }
    oldest = min(oldest ?? arrival, arrival)
  }
}
