import CSystemd
import Dispatch
import Foundation

/// Tells systemd every so often that the responder is alive, from a thread that touches no file: a disk that
/// hangs is no reason to restart, since nothing would be better afterwards.
final class Watchdog: Sendable {
  private let stopped = DispatchSemaphore(value: 0)

  /// Begins, twice as often as systemd asks for; nil where it doesn't.
  ///
  /// - Parameter isAlive: whether connections are still accepted, found out within the time given.
  init?(isAlive: @escaping @Sendable (Duration) -> Bool) {
    var microseconds: UInt64 = 0
    guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    let half = Int(clamping: microseconds / 2)
    let stopped = stopped
    let thread = Thread {
      repeat {
        // What takes longer is found out the next time; systemd waits for two.
        if isAlive(.microseconds(half / 2)) { sd_notify(0, "WATCHDOG=1") }
      } while stopped.wait(timeout: .now() + .microseconds(half)) == .timedOut
    }
    thread.name = "watchdog"
    thread.start()
  }

  func stop() { stopped.signal() }
}
