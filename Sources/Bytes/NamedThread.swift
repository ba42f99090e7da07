import CLinux
import Glibc

/// A thread that the system knows by its name, in `ps -T` and in `/proc`.
package enum NamedThread {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void
    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a thread that the process can't do without. If the system has no thread to give, the
  /// process ends with status 71, "system error" in sysexits.h.
  ///
  /// - Parameters:
  ///   - name: at most 15 bytes.
  ///   - body: runs on the thread.
  package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let status = begin(name, body)
    guard status != 0 else { return }
    let line = Array("thread \(name) can't be started: \(String(cString: strerror(status)))\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    _exit(71)
  }

  /// Starts a thread. It ends with its body, and isn't joined.
  ///
  /// - Parameters:
  ///   - name: at most 15 bytes.
  ///   - body: runs on the thread.
  /// - Returns: 0, or the error number if the system has no thread to give.
  package static func begin(_ name: String, _ body: @escaping @Sendable () -> Void) -> Int32 {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(name, body))
    let status = pthread_create(
      &thread, nil,
      { box in
        guard let box else { return nil }
        let body = Unmanaged<Body>.fromOpaque(box).takeRetainedValue()
        linux_name_thread(body.name)
        body.run()
        return nil
      }, box.toOpaque())
    if status == 0 { pthread_detach(thread) } else { box.release() }
    return status
  }
}
