import Bytes
import CSystemd

/// Tells systemd regularly that the responder is alive, from a thread that touches no file. A disk
/// that hangs must not cause a restart, since a restart would not mend the disk.
final class Watchdog: Sendable {
  private let rounds = Rounds("watchdog")

  /// Begins to tell systemd four times in each interval of `WatchdogSec`, so that slow answers
  /// alone don't end the process; nil where systemd does not ask for it. `isAlive` says whether
  /// connections are still accepted. It gets the time within which to find out.
  init?(isAlive: @escaping @Sendable (Duration) -> Bool) {
    var microseconds: UInt64 = 0
    guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    let quarter = Duration.microseconds(min(microseconds, 1 << 50) / 4)
    rounds.start {
      let isAnswered = isAlive(quarter)
      if isAnswered { sd_notify(0, "WATCHDOG=1") }
      // Without an answer it asks again at once: it has waited already.
      return isAnswered ? quarter : .zero
    }
  }

  func stop() { rounds.stop(within: .zero) }
}
