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

  /// Starts a thread. It ends with its body, and isn't joined. If the system has no thread to give,
  /// the process ends.
  ///
  /// - Parameters:
  ///   - name: at most 15 bytes.
  ///   - body: runs on the thread.
  package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
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
    guard status == 0 else {
      fatalError("thread \(name) can't be started: \(String(cString: strerror(status)))")
    }
    pthread_detach(thread)
  }
}
