import Bytes

/// The connections of a relay that no thread uses.
final class IdleConnections<Connection: Sendable>: Sendable {
  private let connections: Mutex<[(Connection, since: ContinuousClock.Instant)]> = Mutex([])

  /// A connection that nobody used for longer may have been closed by the other side, or by a
  /// firewall that doesn't say so.
  private static var longest: Duration { .seconds(30) }

  /// Returns the connection that was used last, or makes one.
  func take(or make: () throws(RelayError) -> Connection) throws(RelayError) -> Connection {
    let kept = connections.withLock { connections in
      connections.removeAll { ContinuousClock.now - $0.since > Self.longest }
      return connections.popLast()?.0
    }
    return if let kept { kept } else { try make() }
  }

  /// Keeps a connection for later.
  func put(_ connection: Connection) { connections.withLock { $0.append((connection, .now)) } }
}
