import Dispatch
import Synchronization

/// Where one worker waits for its next connection.
final class Seat: Sendable {
  private let work = Mutex<Connections.Ready?>(nil)
  private let filled = DispatchSemaphore(value: 0)

  /// Ends the worker's wait, which has to have begun or be about to; nil sends it home.
  func fill(_ ready: Connections.Ready?) {
    work.withLock { $0 = ready }
    filled.signal()
  }

  func wait() -> Connections.Ready? {
    filled.wait()
    return work.withLock { $0 }
  }
}
