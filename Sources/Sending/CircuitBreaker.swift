import Bytes
import FoundationEssentials
import Importing
import Spooling

/// Keeps attempts from a server that fails. After some failures in a row the breaker opens: nothing
/// is tried until a wait is over, then one attempt is, the probe. A probe that succeeds closes the
/// breaker, and one that fails doubles the wait.
///
/// An attempt that has to wait keeps its task, so an outage moves no task and counts as no attempt.
public final class CircuitBreaker: Sendable {
  fileprivate struct State {
    /// The failures in a row while the breaker is closed.
    var failures = 0
    /// Since when it is open, and why; nil while it is closed.
    var outage: WorkStatus.Failing?
    /// The waits since it opened.
    var waits = 0
    /// The moment of the next probe.
    var probeAt = ContinuousClock.now
    var isProbing = false
  }
  private let state = Mutex(State())
  private let most: Int
  private let backOff: BackOff
  private let tell: @Sendable (WorkStatus.Failing?) -> Void

  /// How often a thread that waits for another's probe looks for its end.
  fileprivate static let look = Duration.milliseconds(50)

  /// Makes a breaker, which is closed.
  ///
  /// - Parameters:
  ///   - most: the number of failures in a row that open it, at least 1.
  ///   - backOff: the waits between probes.
  ///   - tell: takes the outage when the breaker opens or a probe fails, and nil when it closes.
  public init(
    after most: Int, _ backOff: BackOff, tell: @escaping @Sendable (WorkStatus.Failing?) -> Void
  ) {
    self.most = most
    self.backOff = backOff
    self.tell = tell
  }

  /// The outage that keeps an attempt from being made now; nil if there is none, or if it is time
  /// for a probe.
  public var outage: WorkStatus.Failing? {
    state.withLock { $0.probeAt > .now || $0.isProbing ? $0.outage : nil }
  }

  /// Waits until an attempt may be made. `succeeded`, `failed` or `ended` has to follow.
  ///
  /// - Returns: false if the stop was requested. Nothing may be tried then.
  public func pass(until stop: StopRequest) -> Bool {
    while stop.deadline == nil {
      guard let wait = state.withLock({ $0.enter() }) else { return true }
      stop.wait(for: wait)
    }
    return false
  }

  /// Takes note of an attempt that reached its end: the server works.
  public func succeeded() {
    let wasOpen = state.withLock { state in
      defer { state = State() }
      return state.outage != nil
    }
    if wasOpen { tell(nil) }
  }

  /// Takes note of an attempt that failed because of the server.
  ///
  /// - Parameters:
  ///   - reason: the failure in words.
  ///   - least: the least time until the next probe, which the server asked for.
  ///   - now: the moment of the failure.
  public func failed(_ reason: String, after least: Duration = .zero, at now: Date = Date()) {
    let outage = state.withLock { state -> WorkStatus.Failing? in
      let isProbe = state.isProbing
      state.isProbing = false
      // An attempt that began before the breaker opened tells nothing new.
      if state.outage != nil, !isProbe { return nil }
      state.failures += 1
      guard isProbe || state.failures >= most else { return nil }
      state.waits += 1
      state.probeAt = .now + max(backOff.wait(after: state.waits), least)
      state.outage = WorkStatus.Failing(
        since: state.outage?.since ?? now, last: now, reason: reason.reasonLine)
      return state.outage
    }
    if let outage { tell(outage) }
  }

  /// Takes note of an attempt that tells nothing about the server.
  public func ended() { state.withLock { $0.isProbing = false } }
}

extension CircuitBreaker.State {
  /// Lets an attempt begin.
  ///
  /// - Returns: nil, or how long to wait before the next look.
  fileprivate mutating func enter() -> Duration? {
    guard outage != nil else { return nil }
    if isProbing { return CircuitBreaker.look }
    let left = probeAt - .now
    // Another thread's probe may close the breaker before this one's wait is over.
    if left > .zero { return min(left, .seconds(1)) }
    isProbing = true
    return nil
  }
}
