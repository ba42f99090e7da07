import Bytes

/// The place where a sender states a fact about a delivery: its id, or its event.
public indirect enum SenderField: Sendable, Equatable {
  /// A header.
  case header(String)
  /// A text or number of a JSON body.
  case body(JSONPath)
  /// A field of a form body that came exactly once.
  case formField(String)
  /// The first of these places that has a usable text.
  case first([SenderField])
  /// A part of the bytes that the rule verified. Only the rule's proof holds it, and nothing else
  /// is read. The text describes its place for an administrator.
  case verified(String)

  /// The place in words for an administrator.
  public var words: String {
    switch self {
    case .header(let name): "header \(name)"
    case .body(let path): "\(path.text) in the body"
    case .formField(let name): "form field \(name)"
    case .first(let fields): fields.map(\.words).joined(separator: ", or ")
    case .verified(let words): words
    }
  }

  /// The headers among the places.
  var headers: [String] {
    switch self {
    case .header(let name): [name]
    case .body, .formField, .verified: []
    case .first(let fields): fields.flatMap(\.headers)
    }
  }

  /// The longest text, in bytes.
  private static let longest = 255

  /// Returns the text in this place; nil if it is missing, ambiguous, or not 1 to 255 bytes of
  /// printable ASCII.
  func text(in request: Request) -> String? {
    let bytes: [UInt8]?
    switch self {
    case .header(let name): bytes = try? request.headers.value(name)
    case .body(let path): bytes = try? path.text(in: request, most: Self.longest)
    case .formField(let name):
      let field = try? FormFields(request.body).single(name, "field")
      bytes = field.flatMap { $0.rawValue.count <= 3 * Self.longest ? $0.value : nil }
    case .first(let fields): return fields.lazy.compactMap { $0.text(in: request) }.first
    case .verified: bytes = nil
    }
    return bytes.flatMap(Self.text)
  }

  /// Returns 1 to 255 bytes of printable ASCII as text; nil for anything else.
  static func text(_ bytes: [UInt8]) -> String? {
    guard 1...longest ~= bytes.count, bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
