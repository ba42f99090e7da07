/// What one field of the log says.
public enum LogValue: Sendable, Equatable {
  /// One name of an object, and what it says.
  public struct Member: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  case text(String)
  /// Text that was cut to what is wanted of it already.
  case excerpt(String)
  case number(Int)
  case list([String])
  /// In their order.
  case object([Member])
}
