import Foundation

/// Stops programs that take too much time of the processor, or run past their deadline. One thread, which
/// looks every ten milliseconds while any program runs.
final class JQWatchdog: Sendable {
  static let shared = JQWatchdog()

  /// Why a run was stopped.
  enum Reason {
    /// It took more time of the processor than it may.
    case processorTime
    /// The deadline came, because it began late, or others had the processor.
    case deadline
    /// It holds more memory than it may.
    case memory
    /// There is no memory left, because others hold it.
    case memoryOfOthers
  }

  private struct Run {
    let state: JQState
    let deadline: ContinuousClock.Instant
    /// The time that the run's thread has had of the processor, and the most that it may come to.
    let clock: clockid_t
    let longest: Duration
    var stopped: Reason?

    /// Once: libjq takes no second halt.
    mutating func stop(_ reason: Reason) {
      guard stopped == nil else { return }
      stopped = reason
      state.halt()
    }
  }
  private struct State {
    var runs: [Int: Run] = [:]
    var next = 0
    var isWatching = false
    var idle = 0
  }
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  /// Looks without a run, until it sleeps: a second of them.
  private static let idleLooks = 100

  private init() {
    Thread.detachNewThread { [self] in
      while true {
        if look() { usleep(10_000) } else { work.wait() }
      }
    }
  }

  /// Runs a program under watch, on this thread.
  ///
  /// - Parameter run: is given what stops it for another reason.
  /// - Returns: why it was stopped, nil if it ended by itself.
  func watch(
    _ program: JQState, by deadline: ContinuousClock.Instant, processorTime: Duration,
    _ run: (_ stop: @escaping (Reason) -> Void) -> Void
  ) -> Reason? {
    var clock = CLOCK_THREAD_CPUTIME_ID
    pthread_getcpuclockid(pthread_self(), &clock)
    let longest = Self.time(clock) + processorTime
    let (number, isAsleep) = state.withLock { state in
      state.next += 1
      state.runs[state.next] = Run(
        state: program, deadline: deadline, clock: clock, longest: longest)
      let isAsleep = !state.isWatching
      state.isWatching = true
      return (state.next, isAsleep)
    }
    if isAsleep { work.signal() }
    run { reason in self.state.withLock { $0.runs[number]?.stop(reason) } }
    return state.withLock { $0.runs.removeValue(forKey: number)?.stopped }
  }

  /// - Returns: false where there is nothing to watch, and there was nothing for a while.
  private func look() -> Bool {
    let now = ContinuousClock.now
    return state.withLock { state in
      state.idle = state.runs.isEmpty ? state.idle + 1 : 0
      for (number, var run) in state.runs where run.stopped == nil {
        if Self.time(run.clock) >= run.longest {
          run.stop(.processorTime)
        } else if now >= run.deadline {
          run.stop(.deadline)
        }
        state.runs[number] = run
      }
      if state.idle > Self.idleLooks { state.isWatching = false }
      return state.isWatching
    }
  }

  private static func time(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
