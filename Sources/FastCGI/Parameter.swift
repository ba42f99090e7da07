/// One parameter of a request, as the web server passed it.
public struct Parameter: Sendable, Equatable {
  /// `REQUEST_METHOD`, `HTTP_X_EVENT`; up to the first `=`, which a name should not have.
  public let name: [UInt8]
  /// The value, which may be in any encoding, up to the first NUL.
  public let value: [UInt8]

  public init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }
}
