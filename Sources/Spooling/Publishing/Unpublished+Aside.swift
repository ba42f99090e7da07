import Foundation

/// What the log need not keep any longer.
extension Unpublished {
  /// Chooses tasks that the log should not keep any longer, of a spool that makes no progress. Its publisher takes no
  /// more of them until `endSettingAside`.
  ///
  /// - Parameters:
  ///   - isScarce: whether the log gets full.
  ///   - isLast: whether the process is about to end: then of every spool.
  func beginSettingAside(
    isScarce: Bool, isLast: Bool, _ now: ContinuousClock.Instant
  ) -> Batch? {
    state.withLock { state in
      let after = isLast ? .zero : isScarce ? layout.stuckAfter : layout.setAsideAfter
      for (spool, queue) in state.queues where !queue.logged.isEmpty {
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

  /// - Parameter isDone: whether all of them are set aside, durably.
  /// - Returns: what was published meanwhile, and is to be removed from what is set aside.
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

  /// What lies set aside of a spool, as it was found there.
  ///
  /// - Parameter before: what was known when the look began: a count that came meanwhile is as good. Nil for any.
  func note(_ aside: Aside, of spool: String, insteadOf before: Aside? = nil) {
    state.withLock { state in
      let known = state.queues[spool]?.aside
      if known == nil, aside.tasks == 0 || before != nil { return }
      if let before, known != before { return }
      state.asideBytes += aside.bytes - (state.queues[spool]?.aside.bytes ?? 0)
      state.queues[spool, default: Queue()].aside = aside
      if state.queues[spool]?.isEmpty == true { state.queues[spool] = nil }
    }
  }

  /// How many tasks and bytes of a spool are published together at most.
  func portion(of spool: String) -> (tasks: Int, bytes: Int) {
    state.withLock { ($0.queues[spool] ?? Queue()).portion(layout) }
  }

  /// These tasks are set aside no more.
  func forget(aside tasks: [SetAside.Task], of spool: String) {
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

  /// What is set aside, by spool; without the spools that have nothing aside.
  var aside: [String: Aside] {
    state.withLock { $0.queues.mapValues(\.aside).filter { $1.tasks > 0 } }
  }

  /// Whether a publisher should look after what is set aside of a spool.
  func spoolsAside(of home: Home, _ now: ContinuousClock.Instant) -> [String] {
    state.withLock { state in
      state.queues.filter { spool, queue in
        state.isHome(home, of: spool) && queue.aside.tasks > 0 && !queue.isPausing(now)
      }.map(\.key)
    }
  }

  /// Some of what is set aside was published, or could not be.
  func note(
    _ outcome: Result<Void, SpoolError>, aside spool: String, _ now: ContinuousClock.Instant
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
  /// - Parameter name: of the task, which says when it arrived.
  mutating func add(_ name: String, bytes more: Int) {
    tasks += 1
    bytes = bytes.addingBounded(more)
    guard let arrival = TaskName.arrival(name) else { return }
    oldest = min(oldest ?? arrival, arrival)
  }
}
