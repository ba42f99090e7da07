import CLinux
import Glibc

/// An epoll set of what is told of once and then left alone until it is armed again, such as a
/// connection, and of what is watched all the time.
struct Epoll: Sendable {
  private static let once = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue

  /// It can be watched by another set: there is input in it while something in it has an event.
  let descriptor: Int32

  init() throws(SocketError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system(call: "epoll_create1", errno: errno) }
  }

  /// Watches for the next event of it, and that one only.
  func add(once watched: Int32) -> Bool { control(EPOLL_CTL_ADD, watched, Self.once) }

  /// Watches for one more event.
  func rearm(_ watched: Int32) -> Bool { control(EPOLL_CTL_MOD, watched, Self.once) }

  /// Watches for input until it is removed.
  func add(always watched: Int32) -> Bool {
    control(EPOLL_CTL_ADD, watched, EPOLLIN.rawValue)
  }

  /// Watches no longer: no event comes up any more.
  func remove(_ watched: Int32) {
    _ = control(EPOLL_CTL_DEL, watched, 0)
  }

  /// Waits for events.
  ///
  /// - Parameter milliseconds: how long; -1 for as long as it takes.
  /// - Returns: how many of `events` were filled.
  func wait(_ events: inout [epoll_event], milliseconds: Int32) -> Int {
    // The one failure that can come up, with no signal let through, is none.
    max(0, Int(epoll_wait(descriptor, &events, Int32(events.count), milliseconds)))
  }

  /// Waits for one event, as long as it takes. Of several threads that wait, the one that came last is
  /// the first to get one: what it needs is still in the processor's caches.
  func next() -> epoll_event {
    var event = epoll_event()
    while epoll_wait(descriptor, &event, 1, -1) != 1 {}
    return event
  }

  func close() { Glibc.close(descriptor) }

  private func control(_ operation: Int32, _ watched: Int32, _ events: UInt32) -> Bool {
    var event = epoll_event()
    event.events = events
    event.data.fd = watched
    return epoll_ctl(descriptor, operation, watched, &event) == 0
  }
}
