import CLinux
import Glibc

/// Wakes one of the threads that wait for something to do.
final class Nudge: Sendable {
  /// Readable from a nudge until somebody takes it; -1 where there are no descriptors left.
  let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))

  deinit { if descriptor >= 0 { close(descriptor) } }

  func give() { eventfd_write(descriptor, 1) }

  func take() {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
  }
}
