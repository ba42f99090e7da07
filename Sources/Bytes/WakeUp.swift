import CLinux
import Glibc

/// Ends the wait of a thread that polls a descriptor. Any thread may signal.
package final class WakeUp: Sendable {
  /// Readable from `signal` to `clear`.
  package let descriptor: Int32

  /// Returns nil if the process has too many descriptors; `errno` says so.
  package init?() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    if descriptor < 0 { return nil }
  }

  package func signal() { eventfd_write(descriptor, 1) }

  package func clear() {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
