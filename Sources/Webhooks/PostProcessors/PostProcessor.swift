import Verification

/// One entry of a webhook's `post_processors`: what is done once a delivery's tasks exist, from a record
/// of its own, by `levelwind postprocess`.
public struct PostProcessor: Sendable {
  /// The things that it can be.
  public enum Action: Sendable {
    case exec(ExecPostProcessor)
    case http(HTTPPostProcessor)
    /// A URL that a sender wants opened after a handshake, on these hosts, by the sender's name.
    case open([String: [HostPattern]])
  }

  /// Different from the others of its webhook: `[a-z0-9-]`.
  public let name: String
  public let action: Action
  /// What it does, in a sentence; no secret is in it.
  public let words: String
  /// Whether its records have the body and the request's headers.
  public let includesBody: Bool
  /// Whether a record waits until the one before it is done or given up.
  public let isOrdered: Bool
  /// How many records are worked on at the same time.
  public let concurrency: Int
  /// After as many failed attempts a record is given up.
  public let maxAttempts: Int
  /// After a failed attempt, a record of this age is given up.
  public let maxAge: Duration
  /// The wait after the first failure, at most.
  public let backOff: Duration
  /// The longest wait.
  public let maxBackOff: Duration

  /// The name of what opens URLs after handshakes, of every webhook whose sender wants that.
  static let opening = "open"

  /// Opens URLs on these hosts. AWS SNS keeps its tokens for three days.
  static func opening(on hosts: [String: [HostPattern]]) -> PostProcessor {
    PostProcessor(
      name: opening, action: .open(hosts), words: "Opens the URLs that confirm a subscription.",
      includesBody: false, isOrdered: false, concurrency: 1, maxAttempts: 1000,
      maxAge: .seconds(3 * 86400), backOff: .seconds(10), maxBackOff: .seconds(600))
  }

  /// The spool in the state directory that holds its records: each post-processor has its own, so that
  /// none is held up, or has anything repeated, by what happens to another.
  public func spool(of webhook: Identifier) -> String { Self.spool(of: webhook, name) }

  static func spool(of webhook: Identifier, _ name: String) -> String {
    "postprocess/\(webhook).\(name)"
  }
}
