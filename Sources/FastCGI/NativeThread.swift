import Glibc

/// A thread of the operating system that blocks every signal, so that none interrupts a read or a
/// write of libfcgi, which would take that for the end of the connection.
enum NativeThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Those that a thread causes itself are let through: they end the process, with a backtrace.
  private static let own = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS]

  /// Starts a thread; it ends with its body, and nobody joins it.
  static func start(_ body: @escaping @Sendable () -> Void) throws(SocketError) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(body))
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
    Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run()
    return nil
  }
}
