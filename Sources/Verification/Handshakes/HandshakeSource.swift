/// The part of a request where a handshake finds a value.
public enum HandshakeSource: Sendable, Equatable {
  /// A query parameter, decoded.
  case parameter(String)
  /// A header's value. It must not contain a comma.
  case header(String)
  /// A text, number or boolean of a JSON body.
  case body(JSONPath)

  /// The longest value that is ever returned, in bytes. Real challenges are far shorter.
  static let limit = 8192

  /// Returns the value; nil if it is missing.
  ///
  /// - Throws: `Rejection.unverified` if a query parameter or JSON member came twice, a header
  ///   holds several values, or the value is longer than `limit`.
  func value(in request: Request) throws(Rejection) -> [UInt8]? {
    guard let value = try found(in: request) else { return nil }
    guard value.count <= Self.limit else { throw .unverified("the challenge is too long") }
    return value
  }

  private func found(in request: Request) throws(Rejection) -> [UInt8]? {
    switch self {
    case .parameter(let name):
      let parameters = request.parameters
      guard parameters.has(name) else { return nil }
      return try parameters.single(name, "query parameter").value
    case .header(let name):
      guard request.headers.has(name) else { return nil }
      let value = try request.headers.value(name)
      // A list of several values would be returned, or learned, as one.
      guard !value.contains(UInt8(ascii: ",")) else {
        throw .unverified(
          "header \(name) holds several values\(request.headers.repetition(of: name))")
      }
      return value
    case .body(let path):
      // Ordinary deliveries of the sender are tried here too, and their bodies may be anything.
      guard let body = try? request.json() else { return nil }
      let values = try path.values(in: body.root)
      guard values.count == 1, let value = values[0] else { return nil }
      guard value.raw.count <= 6 * Self.limit + 2 else {
        throw .unverified("the challenge is too long")
      }
      return value.text
    }
  }
}
