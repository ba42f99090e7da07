import Bytes
import Glibc

/// A request to stop, for threads that also wait for other things.
public final class StopRequest: Sendable {
  /// Readable for good from the first request on.
  public var descriptor: Int32 { wakeUp.descriptor }
  private let wakeUp: WakeUp
  private let moment = Mutex<ContinuousClock.Instant?>(nil)

  /// - Throws: `DrainError` if the process has too many descriptors.
  public init() throws {
    guard let wakeUp = WakeUp() else {
      throw DrainError("eventfd: \(String(cString: strerror(errno)))")
    }
    self.wakeUp = wakeUp
  }

  /// The moment by which everything must have ended; nil before the first request.
  public var deadline: ContinuousClock.Instant? { moment.withLock { $0 } }

  /// Waits for a time, or until the first request.
  public func wait(for time: Duration) {
    _ = descriptor.isReady(for: Int32(POLLIN), until: .now + time)
  }

  /// Requests a stop. A later request can bring the deadline forward, but can't put it off.
  public func request(by deadline: ContinuousClock.Instant) {
    moment.withLock { $0 = min($0 ?? deadline, deadline) }
    wakeUp.signal()
  }
}
