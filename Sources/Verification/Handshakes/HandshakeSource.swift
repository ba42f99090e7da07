/// Where in a request a handshake finds a value.
public enum HandshakeSource: Sendable, Equatable {
  /// A query parameter, decoded.
  case parameter(String)
  /// A header's value; a comma is in none.
  case header(String)
  /// A text, number or boolean of a JSON body.
  case body(JSONPath)

  /// The longest value that is ever said back: no challenge comes near it.
  static let limit = 8192

  /// The value; nil if it is missing.
  ///
  /// - Throws: `Refusal.unverified` if it is there twice, or too long.
  func value(in request: Request) throws(Refusal) -> [UInt8]? {
    guard let value = try found(in: request) else { return nil }
    guard value.count <= Self.limit else { throw .unverified("the challenge is too long") }
    return value
  }

  private func found(in request: Request) throws(Refusal) -> [UInt8]? {
    switch self {
    case .parameter(let name):
      let parameters = request.parameters
      guard parameters.has(name) else { return nil }
      return try parameters.single(name, "query parameter").value
    case .header(let name):
      guard request.headers.has(name) else { return nil }
      let value = try request.headers.value(name)
      // A list of several would be said back, or learned, as one.
      guard !value.contains(UInt8(ascii: ",")) else {
        throw .unverified(
          "header \(name) holds several values\(request.headers.repetition(of: name))")
      }
      return value
    case .body(let path):
      // Other deliveries of the sender come this way, too, whatever their bodies are.
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
