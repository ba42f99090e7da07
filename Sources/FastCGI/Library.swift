import CFastCGI
import Glibc

/// libfcgi, initialised once in a process.
enum Library {
  private static let status: Int32 = {
    // FCGX_Init installs handlers of its own for these signals, and its SIGTERM handler keeps a
    // process alive that should end. Our threads block signals, so that none of the three handlers
    // is needed.
    let signals = [SIGPIPE, SIGUSR1, SIGTERM]
    let handlers = signals.map { signal in
      var handler = Glibc.sigaction()
      sigaction(signal, nil, &handler)
      return handler
    }
    let status = FCGX_Init()
    for (signal, var handler) in zip(signals, handlers) { sigaction(signal, &handler, nil) }
    return status
  }()

  /// Initialises the library. The process's handling of signals stays as it was.
  static func prepare() throws(SocketError) {
    guard status == 0 else { throw .system(call: "FCGX_Init", errno: abs(status)) }
  }
}
