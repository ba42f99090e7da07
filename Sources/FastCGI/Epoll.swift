import CLinux
import Glibc

/// An epoll set of connections, each of which is told of once and then left alone until it is armed
/// again, and of sockets that are watched all the time.
struct Epoll: Sendable {
  private static let once = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue

  private let descriptor: Int32

  init() throws(SocketError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system(call: "epoll_create1", errno: errno) }
  }

  /// Watches for the next event on a connection, and that one only.
  func add(connection: Int32) -> Bool {
    control(EPOLL_CTL_ADD, connection, Self.once)
  }

  /// Watches for one more event.
  func rearm(connection: Int32) -> Bool {
    control(EPOLL_CTL_MOD, connection, Self.once)
  }

  /// Watches until it is removed.
  func add(socket: Int32) -> Bool {
    control(EPOLL_CTL_ADD, socket, EPOLLIN.rawValue)
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

  func close() { Glibc.close(descriptor) }

  private func control(_ operation: Int32, _ watched: Int32, _ events: UInt32) -> Bool {
    var event = epoll_event()
    event.events = events
    event.data.fd = watched
    return epoll_ctl(descriptor, operation, watched, &event) == 0
  }
}
