import CFastCGI
import Glibc

/// libfcgi, made ready once a process.
enum Library {
  private static let status: Int32 = {
    // FCGX_Init installs handlers of its own for these, and its SIGTERM handler keeps a process
    // alive that should end. Our threads block signals, so none of the three is needed.
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

  /// Prepares the library; what the process does on a signal stays as it was.
  static func prepare() throws(SocketError) {
    guard status == 0 else { throw .system(call: "FCGX_Init", errno: abs(status)) }
  }
}
