import CLinux
import Foundation

extension Thread {
  /// Starts a thread that the system knows by its name, in `ps -T` and in `/proc`.
  ///
  /// Foundation keeps a name that is set before the start to itself.
  ///
  /// - Parameter name: at most 15 bytes.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    Thread {
      linux_name_thread(name)
      body()
    }.start()
  }
}
