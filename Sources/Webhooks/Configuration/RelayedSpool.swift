import Spooling

/// A spool whose tasks are carried on by its incoming configuration's relay.
public struct RelayedSpool: Sendable {
  /// The incoming configuration.
  public let incoming: Identifier
  /// The relay.
  public let relay: Relay
  /// The path of the spool.
  public let path: String
  /// How long finished tasks are kept; nil if they are not.
  public let keepDone: Duration?
}

extension Snapshot {
  /// The spools with relays, in order of their identifiers.
  public var relayedSpools: [RelayedSpool] {
    incoming.values.sorted { $0.identifier < $1.identifier }.compactMap { one in
      one.relay.map {
        RelayedSpool(
          incoming: one.identifier, relay: $0, path: "\(settings.spool)/\(one.identifier)",
          keepDone: one.keepDone)
      }
    }
  }
}
