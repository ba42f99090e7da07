/// Why a file's text is not changed: its form is one in which a single value can't be changed without
/// touching what stands around it.
public struct UneditableText: Error, Sendable, Equatable, CustomStringConvertible {
  /// What should have been changed, `pre_processors[0].secrets`; empty for the whole.
  public let key: String
  /// What is in the way.
  public let reason: String

  /// Follows the file's name in a message.
  public var description: String { (key.isEmpty ? "" : "\(key): ") + reason }
}
