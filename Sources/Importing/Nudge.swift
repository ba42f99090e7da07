import CLinux
import Glibc

/// Wakes one of the threads that wait for tasks.
final class Nudge: Sendable {
  /// Readable after `give` until a thread calls `take`; -1 if the process has too many descriptors.
  let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))

  deinit { if descriptor >= 0 { close(descriptor) } }

  func give() { eventfd_write(descriptor, 1) }

  func take() {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
  }
}
