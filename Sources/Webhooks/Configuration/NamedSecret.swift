import Foundation

/// A secret or public key as a webhook's file names it: what may be said of it, and never its value.
public struct NamedSecret: Sendable, Equatable {
  /// Where its list stands in the file: `pre_processors[0].secrets`.
  public let path: String
  /// Its place in that list, from 0.
  public let place: Int
  /// What the log calls it when it matched.
  public let name: String
  /// The moment after which it no longer matches; nil for never.
  public let notAfter: Date?
  /// The name of its file in the configuration's folder `secrets`; nil where it is elsewhere.
  public var fileName: String?
  /// The absolute path of its file, where it lies elsewhere.
  public var filePath: String?
  /// Whether its file may come later, and isn't there yet: until then nothing is verified by it.
  public var isMissing = false
}
