/// One parameter of a request, as the web server passed it.
public struct Parameter: Sendable, Equatable {
  /// The name, such as `REQUEST_METHOD` or `HTTP_X_EVENT`, up to the first `=`, which a name should
  /// not contain.
  public let name: [UInt8]
  /// The value, in any encoding, up to the first NUL.
  public let value: [UInt8]

  /// Makes a parameter from a name and a value, without checking them.
  public init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }
}
