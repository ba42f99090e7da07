import Dispatch
import FoundationEssentials

/// A function that runs again and again, on a thread of its own.
package final class Rounds: Sendable {
  private struct State {
    var isRunning = false
    var isStopped = false
  }
  private let state = Mutex(State())
  private let name: String
  private let stopped = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  /// - Parameter name: the name of the thread, of at most 15 bytes.
  package init(_ name: String) { self.name = name }

  /// Starts the rounds. Does nothing if they have been started or stopped before.
  ///
  /// - Parameters:
  ///   - first: the pause before the first round.
  ///   - last: runs once after the last round, when the rounds are stopped.
  ///   - round: runs once each round, and returns the pause until the next one.
  package func start(
    after first: Duration = .zero, last: @escaping @Sendable () -> Void = {},
    _ round: @escaping @Sendable () -> Duration
  ) {
    let starts = state.withLock { state in
      if state.isRunning || state.isStopped { return false }
      state.isRunning = true
      ended.enter()
      return true
    }
    if !starts { return }
    NamedThread.start(name) { [self] in
      var pause = first
      while stopped.wait(timeout: .now() + DispatchTimeInterval(pause)) == .timedOut {
        pause = round()
      }
      last()
      ended.leave()
    }
  }

  /// Starts no further round.
  ///
  /// - Parameter time: how long to wait for a round that runs: a disk that hangs can hold it up for
  ///   longer. nil waits for its end.
  package func stop(within time: Duration? = .milliseconds(500)) {
    state.withLock { $0.isStopped = true }
    stopped.signal()
    _ = ended.wait(timeout: time.map { .now() + DispatchTimeInterval($0) } ?? .distantFuture)
  }
}
