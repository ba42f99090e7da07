/// What the configuration says of one spool.
public struct SpoolSettings: Sendable, Equatable {
  /// Of the incoming configuration: `[a-z0-9-]`, and the name of the directory; or `<kind>/<webhook>`.
  public let identifier: String
  /// Whether directories that are missing are made: not where a group was asked for, which only
  /// `levelwind incoming prepare` can give them.
  public let make: Bool

  public init(identifier: String, make: Bool) {
    self.identifier = identifier
    self.make = make
  }
}
