import CLinux
import Glibc
import Synchronization

/// Says that it is time to end, to threads that wait for other things as well.
public final class StopRequest: Sendable {
  /// Readable from the first request on, for good.
  public let descriptor: Int32
  private let moment = Mutex<ContinuousClock.Instant?>(nil)

  /// - Throws: where there are no descriptors left.
  public init() throws {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    if descriptor == -1 { throw DrainError("eventfd: \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }

  /// By when everything has to have ended; nil as long as nobody asked for it.
  public var deadline: ContinuousClock.Instant? { moment.withLock { $0 } }

  /// Asks for an end. A later request can bring the deadline forward, not put it off.
  public func request(by deadline: ContinuousClock.Instant) {
    moment.withLock { $0 = min($0 ?? deadline, deadline) }
    eventfd_write(descriptor, 1)
  }
}
