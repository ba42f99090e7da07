import Glibc

/// The signals that control the responder. They are waited for rather than handled.
public struct Signals: Sendable {
  private var set = sigset_t()

  /// Blocks the signals for this thread, and for the threads that it starts.
  public init() {
    sigemptyset(&set)
    for signal in [SIGHUP, SIGTERM, SIGINT] { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // A web server that hangs up makes a write fail, and must not end the process.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for a signal, and returns its number.
  public mutating func next() -> Int32 {
    var signal: Int32 = 0
    while sigwait(&set, &signal) != 0 {}
    return signal
  }
}
