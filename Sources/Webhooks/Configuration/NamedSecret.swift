import Foundation

/// A secret or public key as a webhook's file names it: what may be said of it, and never its value.
public struct NamedSecret: Sendable, Equatable {
  /// Where it stands in the file: `pre_processors[0].secrets`.
  public let path: String
  /// What the log calls it when it matched.
  public let name: String
  /// The moment after which it no longer matches; nil for never.
  public let notAfter: Date?
}
