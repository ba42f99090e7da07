import Bytes
import CLinux
import Glibc

/// An epoll set of two kinds of members: some cause one event and then none until they are armed
/// again, such as connections; others are watched all the time.
struct Epoll: Sendable {
  private static let once = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue

  /// The set's descriptor. Another set can watch it: it has input while a member of this set has an
  /// event.
  let descriptor: Int32

  init() throws(SocketError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system(call: "epoll_create1", errno: errno) }
  }

  /// Adds a descriptor and watches for its next event only.
  func add(once watched: Int32) -> Bool { control(EPOLL_CTL_ADD, watched, Self.once) }

  /// Watches a member for one more event.
  func rearm(_ watched: Int32) -> Bool { control(EPOLL_CTL_MOD, watched, Self.once) }

  /// Adds a descriptor and watches for its input until it is removed.
  func add(always watched: Int32) -> Bool {
    control(EPOLL_CTL_ADD, watched, EPOLLIN.rawValue)
  }

  /// Adds a descriptor that causes an event each time it is written to, and is never read.
  func add(each watched: Int32) -> Bool {
    control(EPOLL_CTL_ADD, watched, EPOLLIN.rawValue | EPOLLET.rawValue)
  }

  /// Removes a member: it causes no event any more.
  func remove(_ watched: Int32) {
    _ = control(EPOLL_CTL_DEL, watched, 0)
  }

  /// Waits for events.
  ///
  /// - Parameters:
  ///   - events: takes the events, at most as many as it has elements.
  ///   - milliseconds: how long to wait at most; -1 for no limit.
  /// - Returns: how many of `events` were filled.
  func wait(_ events: inout [epoll_event], milliseconds: Int32) -> Int {
    // With signals blocked, EINTR is left as the one failure to expect, when the process is stopped
    // and continued (signal(7)). It counts as no event.
    max(0, Int(epoll_wait(descriptor, &events, Int32(events.count), milliseconds)))
  }

  /// Waits for one event, without a limit.
  ///
  /// If several threads wait, the one that began last gets the first event: its data is still in
  /// the processor's caches.
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

extension epoll_event {
  /// Whether the peer has hung up and left no request behind.
  var isEnd: Bool {
    let endings = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
    return events & endings != 0 && !data.fd.hasInput
  }
}

extension Int32 {
  /// Whether there are bytes to read from this connection.
  var hasInput: Bool {
    var byte: UInt8 = 0
    return recv(self, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) > 0
  }
}

extension WakeUp {
  /// - Throws: `SocketError.system` if descriptors have run out.
  static func make() throws(SocketError) -> WakeUp {
    guard let wakeUp = WakeUp() else { throw .system(call: "eventfd", errno: errno) }
    return wakeUp
  }
}
