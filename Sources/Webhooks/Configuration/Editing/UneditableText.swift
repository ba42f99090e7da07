/// The reason why a file's text can't be changed: its form doesn't allow changing a single value
/// without the text around it.
public struct UneditableText: Error, Sendable, Equatable, CustomStringConvertible {
  /// The key path that should have been changed, `pre_processors[0].secrets`; empty for the whole
  /// file.
  public let key: String
  /// The obstacle, in words.
  public let reason: String

  /// The text that follows the file's name in a message.
  public var description: String { (key.isEmpty ? "" : "\(key): ") + reason }
}
