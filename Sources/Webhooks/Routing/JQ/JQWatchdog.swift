import Foundation

/// Stops programs that run for too long, or while the process takes too much memory. One thread, which
/// looks every ten milliseconds while any program runs.
final class JQWatchdog: Sendable {
  static let shared = JQWatchdog()

  /// Why a run was stopped.
  enum Reason { case time, memory }

  private struct Run {
    let state: JQState
    let end: ContinuousClock.Instant
    let growth: Int
    /// Bytes that the process had when the run was first seen.
    var resident: Int?
    var stopped: Reason?
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

  /// Runs a program under watch.
  ///
  /// - Returns: why it was stopped, nil if it ended by itself.
  func watch(
    _ program: JQState, until end: ContinuousClock.Instant, growth: Int, _ run: () -> Void
  ) -> Reason? {
    let (number, isAsleep) = state.withLock { state in
      state.next += 1
      state.runs[state.next] = Run(state: program, end: end, growth: growth)
      let isAsleep = !state.isWatching
      state.isWatching = true
      return (state.next, isAsleep)
    }
    if isAsleep { work.signal() }
    run()
    return state.withLock { $0.runs.removeValue(forKey: number)?.stopped }
  }

  /// - Returns: false where there is nothing to watch, and there was nothing for a while.
  private func look() -> Bool {
    let resident = state.withLock { $0.runs.isEmpty } ? nil : Self.residentBytes
    let now = ContinuousClock.now
    return state.withLock { state in
      state.idle = state.runs.isEmpty ? state.idle + 1 : 0
      for (number, var run) in state.runs where run.stopped == nil {
        let grown = (resident ?? 0) - (run.resident ?? resident ?? 0)
        run.resident = run.resident ?? resident
        if now >= run.end {
          run.stopped = .time
        } else if grown > run.growth {
          run.stopped = .memory
        }
        if run.stopped != nil { run.state.halt() }
        state.runs[number] = run
      }
      if state.idle > Self.idleLooks { state.isWatching = false }
      return state.isWatching
    }
  }

  private static var residentBytes: Int? {
    guard let file = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else {
      return nil
    }
    let pages = file.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return pages.map { $0 * Int(getpagesize()) }
  }
}
