import Synchronization

/// Connections that stay open between requests, of any number of threads. A connection is taken
/// again only for the same host and address, and only by one thread at a time. They are closed when
/// this object goes.
public final class KeptConnections: Sendable {
  private let idle = Mutex<[Handle]>([])

  /// Starts without connections.
  public init() {}

  deinit { for handle in idle.withLock({ $0 }) { handle.free() } }

  func take() throws(CurlLibrary.Missing) -> Handle {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    return try Handle()
  }

  func put(_ handle: Handle) {
    handle.reset()
    idle.withLock { $0.append(handle) }
  }
}
