import Dispatch
import Foundation

/// A function that runs again and again, on a thread of its own.
package final class Rounds: Sendable {
  private struct State {
    var isRunning = false
    var isStopped = false
  }
  private let state = Mutex(State())
  private let interval: DispatchTimeInterval
  private let stopped = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  /// - Parameter interval: the pause between two rounds.
  package init(every interval: Duration) { self.interval = DispatchTimeInterval(interval) }

  /// Starts the rounds. Does nothing if they have been started or stopped before.
  ///
  /// - Parameters:
  ///   - isAtOnce: whether the first round runs now instead of after one interval.
  ///   - round: runs once each round.
  package func start(isAtOnce: Bool = false, _ round: @escaping @Sendable () -> Void) {
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

  /// Starts no further round, and waits at most half a second for one that runs: a disk that hangs
  /// can hold up the round for longer.
  package func stop() {
    state.withLock { $0.isStopped = true }
    stopped.signal()
    _ = ended.wait(timeout: .now() + .milliseconds(500))
  }
}
