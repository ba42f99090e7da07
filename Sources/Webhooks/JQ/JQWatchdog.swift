import Bytes
import Dispatch
import FoundationEssentials
import Glibc

/// The thread that stops programs which take too much processor time or pass their deadline. It
/// checks every 10 ms while a program runs.
final class JQWatchdog: Sendable {
  static let shared = JQWatchdog()

  /// The reason why a run was stopped.
  enum Reason {
    /// The run took more processor time than allowed.
    case processorTime
    /// The deadline came, because the run began late or others used the processor.
    case deadline
    /// The run holds more memory than allowed.
    case memory
    /// Other deliveries hold the memory that the run needs.
    case memoryOfOthers
  }

  private struct Run {
    let state: JQState
    let deadline: ContinuousClock.Instant
    /// The processor-time clock of the run's thread, and the reading at which the run is stopped.
    let clock: clockid_t
    let longest: Duration
    var stopped: Reason?

    /// Halts the run, once only: libjq takes no second halt.
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
  /// The checks without a run after which the thread sleeps: about a second.
  private static let idleLooks = 100

  private init() {
    NamedThread.start("jq-watchdog") { [self] in
      while true {
        if look() { usleep(10_000) } else { work.wait() }
      }
    }
  }

  /// Runs a program under watch on this thread.
  ///
  /// - Parameters:
  ///   - program: The state that is halted to stop the program.
  ///   - deadline: The moment at which the program is stopped.
  ///   - processorTime: The most processor time of this thread that the program may take.
  ///   - run: Runs the program. Its argument stops the program for another reason.
  /// - Returns: The reason why it was stopped; nil if it ended by itself.
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

  /// Checks all runs.
  ///
  /// - Returns: false if there hasn't been a run to watch for about a second.
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
