import CLinux
import Glibc

/// A thread of the operating system that blocks every signal.
///
/// libfcgi would take a read or write that a signal interrupts for the end of the connection.
enum NativeThread {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void
    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// The signals that a thread causes itself. They aren't blocked: they end the process, with a
  /// backtrace.
  private static let own = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS]

  /// Starts a thread of a name, at most 15 bytes. It ends with its body, and isn't joined.
  static func start(
    _ name: String, _ body: @escaping @Sendable () -> Void
  ) throws(SocketError) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(name, body))
    let status = pthread_create(&thread, nil, { NativeThread.run($0) }, box.toOpaque())
    guard status == 0 else {
      box.release()
      throw .system(call: "pthread_create", errno: status)
    }
    pthread_detach(thread)
  }

  private static func run(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    var signals = sigset_t()
    sigfillset(&signals)
    for signal in own { sigdelset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    guard let box else { return nil }
    let body = Unmanaged<Body>.fromOpaque(box).takeRetainedValue()
    linux_name_thread(body.name)
    body.run()
    return nil
  }
}
