import Glibc

/// The signals that tell the responder what to do, waited for rather than handled.
public struct Signals: Sendable {
  private var set = sigset_t()

  /// Blocks them for this thread, and for those that it starts.
  public init() {
    sigemptyset(&set)
    for signal in [SIGHUP, SIGTERM, SIGINT] { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // A web server that hung up is an error of write, no reason to end.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for one of them, and returns its number.
  public mutating func next() -> Int32 {
    var signal: Int32 = 0
    while sigwait(&set, &signal) != 0 {}
    return signal
  }
}
