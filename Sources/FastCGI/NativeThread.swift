import Bytes
import Glibc

/// A thread that blocks every signal.
///
/// libfcgi would take a read or write that a signal interrupts for the end of the connection.
enum NativeThread {
  /// The signals that a thread causes itself. They aren't blocked: they end the process, with a
  /// backtrace.
  private static let own = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS]

  /// Starts a thread of a name, at most 15 bytes. It ends with its body, and isn't joined.
  static func start(
    _ name: String, _ body: @escaping @Sendable () -> Void
  ) throws(SocketError) {
    let status = NamedThread.begin(name) {
      var signals = sigset_t()
      sigfillset(&signals)
      for signal in own { sigdelset(&signals, signal) }
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      body()
    }
    guard status == 0 else { throw .system(call: "pthread_create", errno: status) }
  }
}
