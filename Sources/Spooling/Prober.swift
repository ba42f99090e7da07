import Dispatch
import Foundation

/// Makes a round again and again, on a thread of its own.
final class Prober: Sendable {
  private struct State {
    var isRunning = false
    var isStopped = false
  }
  private let state = Mutex(State())
  private let interval: DispatchTimeInterval
  private let stopped = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  init(every interval: Duration) { self.interval = DispatchTimeInterval(interval) }

  /// Begins, if it has not begun yet.
  ///
  /// - Parameter isAtOnce: whether the first round comes now, and not after one interval.
  func start(isAtOnce: Bool = false, _ round: @escaping @Sendable () -> Void) {
    let starts = state.withLock { state in
      if state.isRunning || state.isStopped { return false }
      state.isRunning = true
      ended.enter()
      return true
    }
    if !starts { return }
    Thread.start("spool-probe") { [self] in
      if isAtOnce { round() }
      while stopped.wait(timeout: .now() + interval) == .timedOut { round() }
      ended.leave()
    }
  }

  /// Begins no further round. Returns when none runs any more; a disk that hangs under one holds this up for half
  /// a second.
  func stop() {
    state.withLock { $0.isStopped = true }
    stopped.signal()
    _ = ended.wait(timeout: .now() + .milliseconds(500))
  }
}
