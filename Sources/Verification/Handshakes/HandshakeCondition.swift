import Bytes

/// A condition that tells a handshake from a delivery.
public enum HandshakeCondition: Sendable, Equatable {
  /// The method equals this one.
  case method(String)
  /// The value is present.
  case has(HandshakeSource)
  /// The value is missing.
  case lacks(HandshakeSource)
  /// The value equals this text.
  case equals(HandshakeSource, String)
  /// The body is empty.
  case emptyBody
  /// An array in the JSON body is present and empty.
  case emptyArray(JSONPath)
  /// The body is a form with exactly these fields, in this order.
  case formOf([String])

  /// Returns whether the condition holds.
  ///
  /// - Throws: `Rejection.unverified` if the value is ambiguous.
  func holds(for request: Request) throws(Rejection) -> Bool {
    switch self {
    case .method(let method): return request.method == method
    case .has(let source): return try source.value(in: request) != nil
    case .lacks(let source): return try source.value(in: request) == nil
    case .equals(let source, let text):
      return try source.value(in: request).map { $0.elementsEqual(text.utf8) } ?? false
    case .emptyBody: return request.body.isEmpty
    case .emptyArray(let path):
      guard let body = try? request.json(),
        let array = try path.values(in: body.root).first ?? nil
      else { return false }
      return array.isArray && !array.elements.contains { _ in true }
    case .formOf(let names):
      return request.isForm
        && FormFields(request.body).elementsEqual(names) { $0.isNamed($1) }
    }
  }
}
