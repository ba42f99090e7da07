import CLinux
import Foundation

extension Thread {
  /// Starts a thread that the system knows by its name, in `ps -T` and in `/proc`.
  ///
  /// Foundation doesn't tell the system a name that is set before the start.
  ///
  /// - Parameters:
  ///   - name: at most 15 bytes.
  ///   - body: runs on the thread, which ends with it.
  package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    Thread {
      linux_name_thread(name)
      body()
    }.start()
  }
}
