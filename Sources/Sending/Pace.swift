import Bytes
import Importing

/// Bounds how many attempts begin in a second. They are spread evenly: none are saved up for later.
public final class Pace: Sendable {
  private let step: Duration
  private let next = Mutex(ContinuousClock.now)

  /// Makes a pace.
  ///
  /// - Parameter rate: the attempts a second, at least 1.
  public init(perSecond rate: Int) { step = .seconds(1) / rate }

  /// Waits for the turn of one attempt.
  ///
  /// - Returns: false if the stop was requested. Nothing may be tried then.
  public func wait(until stop: StopRequest) -> Bool {
    let turn = next.withLock { next -> ContinuousClock.Instant in
      let turn = max(next, .now)
      next = turn + step
      return turn
    }
    let left = turn - .now
    if left > .zero { stop.wait(for: left) }
    return stop.deadline == nil
  }
}
