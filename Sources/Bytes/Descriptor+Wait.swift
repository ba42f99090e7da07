import Glibc

extension Int32 {
  /// Waits until a descriptor is ready for an event (poll(2)); false if it isn't in time.
  package func isReady(for event: Int32, until end: ContinuousClock.Instant) -> Bool {
    while true {
      let left = (end - .now) / .milliseconds(1)
      guard left > 0 else { return false }
      var poll = pollfd(fd: self, events: Int16(event), revents: 0)
      let ready = Glibc.poll(&poll, 1, Int32(left.rounded(.up)))
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
    }
  }
}
