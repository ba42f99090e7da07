import Bytes
import CLinux
import Glibc

/// A request to stop, for threads that also wait for other things.
public final class StopRequest: Sendable {
  /// Readable for good from the first request on.
  public let descriptor: Int32
  private let moment = Mutex<ContinuousClock.Instant?>(nil)

  /// - Throws: `DrainError` if the process has too many descriptors.
  public init() throws {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    if descriptor == -1 { throw DrainError("eventfd: \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }

  /// The moment by which everything must have ended; nil before the first request.
  public var deadline: ContinuousClock.Instant? { moment.withLock { $0 } }

  /// Requests a stop. A later request can bring the deadline forward, but can't put it off.
  public func request(by deadline: ContinuousClock.Instant) {
    moment.withLock { $0 = min($0 ?? deadline, deadline) }
    eventfd_write(descriptor, 1)
  }
}
