import CLinux
import Glibc

/// The thread that accepts connections, and watches the idle ones while no worker is free to do so. It
/// reads nothing from them.
struct Front: ~Copyable {
  private enum Accepting {
    case yes
    /// Out of descriptors, or at the bound: tried again then, or when a connection has been closed.
    case from(ContinuousClock.Instant)
    case never
  }

  private static let pause = Duration.milliseconds(100)

  let socket: ListeningSocket
  let settings: Listener.Settings
  let connections: Connections
  let wakeUp: WakeUp
  let tally: Tally

  private var accepting = Accepting.never
  private var isWoken = false
  /// Given up when descriptors run out, so that one connection can be served all the same: its
  /// handler has no descriptors either and says so, which is better than no answer.
  private var reserve = spare()

  init(
    socket: ListeningSocket, settings: Listener.Settings, connections: Connections,
    wakeUp: WakeUp, tally: Tally
  ) {
    self.socket = socket
    self.settings = settings
    self.connections = connections
    self.wakeUp = wakeUp
    self.tally = tally
  }

  /// Runs until the listener is stopped and every connection is closed.
  mutating func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    startAccepting()
    var phase = Connections.Phase.running
    while phase < .ended {
      let count = connections.front.wait(&events, milliseconds: patience(phase))
      tally.rounds.count()
      for watched in events.prefix(count).map(\.data.fd) { take(watched, &events) }
      if case .from(let time) = accepting, isWoken || time <= .now { startAccepting() }
      isWoken = false
      phase = advance()
    }
    connections.end()
    if reserve >= 0 { close(reserve) }
    socket.close()
  }

  private func patience(_ phase: Connections.Phase) -> Int32 {
    if phase != .running { return 20 }
    if case .from = accepting { return 100 }
    return -1
  }

  private mutating func take(_ watched: Int32, _ events: inout [epoll_event]) {
    switch watched {
    case wakeUp.descriptor:
      wakeUp.clear()
      isWoken = true
    case socket.descriptor: accept()
    default: connections.takeEvents(&events)
    }
  }

  // MARK: Accepting

  private mutating func startAccepting() {
    if reserve < 0 { reserve = Self.spare() }
    guard reserve >= 0 else {
      // Nor is there one for a connection.
      tally.acceptErrors.count()
      return pauseAccepting()
    }
    connections.setScarce(false)
    accepting = .yes
    if !connections.front.add(always: socket.descriptor) { pauseAccepting() }
  }

  private mutating func pauseAccepting() {
    connections.setScarce(true)
    connections.front.remove(socket.descriptor)
    accepting = .from(.now + Self.pause)
  }

  /// Accepts those who wait, if there is room. There is somebody: their event has come up.
  private mutating func accept() {
    guard connections.open < settings.connections else { return pauseAccepting() }
    // In bites, so that many who connect don't hold up those who are connected.
    for _ in 0..<64 where connections.open < settings.connections {
      let connection = linux_accept_cloexec(socket.descriptor)
      if connection >= 0 {
        greet(connection)
        continue
      }
      switch errno {
      case EAGAIN where reserve >= 0: return
      // Nobody waits; but there has to be a reserve again before the next one comes.
      case EAGAIN: return pauseAccepting()
      case EINTR, ECONNABORTED: continue
      case EMFILE where reserve >= 0:
        // Said first: whoever is accepted with this one is not to be kept.
        connections.setScarce(true)
        close(reserve)
        reserve = -1
      default:
        tally.acceptErrors.count()
        return pauseAccepting()
      }
    }
  }

  private func greet(_ connection: Int32) {
    guard isWelcome(linux_peer_user(connection)) else {
      tally.refusedPeers.count()
      close(connection)
      return
    }
    var time = timeval(settings.patience.duration)
    let size = socklen_t(MemoryLayout<timeval>.size)
    // Without its time-outs a connection could hold a worker for ever.
    guard setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, size) == 0,
      setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &time, size) == 0,
      connections.admit(connection)
    else {
      tally.acceptErrors.count()
      close(connection)
      return
    }
  }

  private func isWelcome(_ user: Int64) -> Bool {
    settings.allowedPeers.isEmpty || user == 0 || user == Int64(geteuid())
      || settings.allowedPeers.contains { Int64($0) == user }
  }

  private static func spare() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

  // MARK: Stopping

  /// Goes through the phases of the end.
  ///
  /// A race is left that nobody can win from here: the web server may begin a request on a kept
  /// connection in the moment in which we close it, be it after its last reply or at the end of the
  /// grace. It then has to send that request again on another connection. nginx does that for POST
  /// only with `fastcgi_next_upstream error non_idempotent`; without it, that client gets 502. So
  /// while we run, no idle connection is closed from this side.
  private mutating func advance() -> Connections.Phase {
    var phase = connections.phase
    guard phase != .running else { return phase }
    if case .never = accepting {} else { stopAccepting() }
    if phase == .draining, connections.graceEnd <= .now {
      connections.beginClosing()
      phase = .closing
    }
    return connections.open == 0 ? .ended : phase
  }

  private mutating func stopAccepting() {
    if socket.isOurs {
      // Nobody comes after us: who is in the backlog is served, and nobody gets into it any more.
      socket.retire()
      acceptRest()
    }
    connections.front.remove(socket.descriptor)
    accepting = .never
  }

  private mutating func acceptRest() {
    while true {
      let connection = linux_accept_cloexec(socket.descriptor)
      guard connection >= 0 else { return }
      greet(connection)
    }
  }
}
