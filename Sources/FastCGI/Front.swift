import Bytes
import CLinux
import Glibc

/// The thread that accepts connections, and watches the idle ones while no worker is free.
///
/// It reads nothing from them.
struct Front: ~Copyable {
  private enum Accepting {
    case yes
    /// Not now: descriptors have run out, or the limit of connections is reached. The front tries
    /// again at this moment, or when a connection has been closed.
    case from(ContinuousClock.Instant)
    case never
  }

  private static let pause = Duration.milliseconds(100)
  /// How long a request waits for a worker before one more worker is started. While no worker is
  /// free, the front looks at the idle connections this often.
  private static let tolerable = Duration.milliseconds(5)

  let socket: ListeningSocket
  let core: ListenerCore
  let wakeUp: WakeUp
  /// Starts a worker; false if the system has no thread for it.
  let startWorker: () -> Bool

  private var workers: Int
  private var accepting = Accepting.never
  private var isWoken = false
  /// When the front looks at the idle connections again; nil while it watches them, or workers do.
  private var look: ContinuousClock.Instant?
  /// A descriptor that is closed when descriptors run out, so that one more connection can be
  /// served. The handler of that connection has no descriptors either and answers so, which is
  /// better than no answer.
  private var reserve = spare()

  /// `workers` is the number of workers that run already.
  init(
    socket: ListeningSocket, _ core: ListenerCore, wakeUp: WakeUp, workers: Int,
    startWorker: @escaping () -> Bool
  ) {
    self.socket = socket
    self.core = core
    self.wakeUp = wakeUp
    self.workers = workers
    self.startWorker = startWorker
  }

  private var settings: Listener.Settings { core.settings }
  private var connections: Connections { core.connections }
  private var counts: ListenerCounts { core.counts }

  /// Runs until the listener is stopped and every connection is closed.
  mutating func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    startAccepting()
    var phase = Connections.Phase.running
    while phase < .ended {
      let count = connections.front.wait(&events, milliseconds: patience(phase))
      for watched in events.prefix(count).map(\.data.fd) { take(watched, &events) }
      if let due = look, due <= .now { takeEvents(&events, isAgain: true) }
      // After the wake-ups are cleared: one that comes from here on leads to another round.
      counts.rounds.count()
      if case .from(let time) = accepting, isWoken || time <= .now { startAccepting() }
      isWoken = false
      if mayGrow, let since = connections.waitingSince, .now - since >= Self.tolerable,
        startWorker()
      {
        workers += 1
      }
      phase = advance()
    }
    connections.end()
    if reserve >= 0 { close(reserve) }
    socket.close()
  }

  private func patience(_ phase: Connections.Phase) -> Int32 {
    if look != nil || mayGrow && connections.waiting > 0 {
      return Int32(Self.tolerable / .milliseconds(1))
    }
    if phase != .running { return 20 }
    if case .from = accepting { return 100 }
    return -1
  }

  /// Whether one more worker may start. Workers that wait for slow bodies or long filters then hold
  /// up no other request.
  private var mayGrow: Bool { workers < settings.threads && connections.served < settings.threads }

  private mutating func take(_ watched: Int32, _ events: inout [epoll_event]) {
    switch watched {
    case wakeUp.descriptor:
      wakeUp.clear()
      isWoken = true
    case socket.descriptor: accept()
    default: takeEvents(&events, isAgain: false)
    }
  }

  private mutating func takeEvents(_ events: inout [epoll_event], isAgain: Bool) {
    look = connections.takeEvents(&events, isAgain: isAgain) ? .now + Self.tolerable : nil
  }

  // MARK: Accepting

  private mutating func startAccepting() {
    if reserve < 0 { reserve = Self.spare() }
    guard reserve >= 0 else {
      // Without a descriptor for the reserve, there isn't one for a connection either.
      counts.acceptErrors.count()
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

  /// Accepts the connections that wait, if there is room. At least one waits: the socket has an
  /// event.
  private mutating func accept() {
    guard connections.open < settings.connections else { return pauseAccepting() }
    // 64 at a time, so that a rush of new connections doesn't hold up the open ones.
    for _ in 0..<64 where connections.open < settings.connections {
      let connection = linux_accept_cloexec(socket.descriptor)
      if connection >= 0 {
        greet(connection)
        continue
      }
      switch errno {
      case EAGAIN where reserve >= 0: return
      // The backlog is empty, but a reserve is needed before the next connection comes.
      case EAGAIN: return pauseAccepting()
      case EINTR, ECONNABORTED: continue
      case EMFILE where reserve >= 0:
        // Set first, so that the connection accepted with the freed descriptor isn't kept.
        connections.setScarce(true)
        close(reserve)
        reserve = -1
      default:
        counts.acceptErrors.count()
        return pauseAccepting()
      }
    }
  }

  private func greet(_ connection: Int32) {
    guard isWelcome(linux_peer_user(connection)) else {
      counts.refusedPeers.count()
      close(connection)
      return
    }
    var time = timeval(settings.patience.duration)
    let size = socklen_t(MemoryLayout<timeval>.size)
    // Without these time-outs, a connection could hold a worker for ever.
    guard setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, size) == 0,
      setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &time, size) == 0,
      connections.admit(connection)
    else {
      counts.acceptErrors.count()
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
  /// One race remains that this side can't win: the web server may begin a request on a kept
  /// connection at the moment when we close it, after its last reply or at the end of the grace.
  /// The web server then has to send that request again on another connection. nginx does that for
  /// POST only with `fastcgi_next_upstream error non_idempotent`; without it, the client gets 502.
  /// This side therefore closes no idle connection while it runs.
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
      // No process takes over this socket. Connections in the backlog are served, and without the
      // path no further ones get into it.
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
