/// The numbers of a listener at one moment.
public struct Counters: Sendable, Equatable {
  /// Connections that are open now.
  public var connections = 0
  /// Requests that no worker has begun to read yet.
  public var waiting = 0
  /// Requests that are being served now.
  public var busy = 0
  /// Requests that were handed to the handler.
  public var requests = 0
  /// Connections that were closed because of their peer's user id.
  public var refusedPeers = 0
  /// Times that a connection could not be accepted, for want of descriptors or memory.
  public var acceptErrors = 0
  /// Connections that were dropped because no complete request could be read from them.
  public var protocolErrors = 0
  /// Replies that the web server hung up on or did not take in time.
  public var lostReplies = 0

  /// Makes numbers that are all 0.
  public init() {}
}
