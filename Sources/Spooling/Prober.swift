import Dispatch
import Foundation
import Synchronization

/// Runs a round again and again on a thread of its own, for as long as the round says that it is needed.
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

  /// Whether there is a thread.
  var isRunning: Bool { state.withLock { $0.isRunning } }

  /// - Parameters:
  ///   - isNeeded: asked after each round, and not at the same time as a call of this.
  ///   - round: what to do, first after one interval.
  func start(
    while isNeeded: @escaping @Sendable () -> Bool, round: @escaping @Sendable () -> Void
  ) {
    let starts = state.withLock { state in
      if state.isRunning || state.isStopped { return false }
      state.isRunning = true
      ended.enter()
      return true
    }
    if !starts { return }
    let thread = Thread { [self] in
      repeat {
        if stopped.wait(timeout: .now() + interval) == .success { break }
        round()
      } while state.withLock { state in
        state.isRunning = isNeeded()
        return state.isRunning
      }
      ended.leave()
    }
    thread.name = "spool-probe"
    thread.start()
  }

  /// Returns when no round runs any more, nor will.
  func stop() {
    state.withLock { $0.isStopped = true }
    stopped.signal()
    ended.wait()
  }
}
