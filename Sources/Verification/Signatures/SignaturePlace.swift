import Bytes

/// The place of a signature in a request.
public enum SignaturePlace: Sendable, Equatable {
  /// One header.
  case header(String)
  /// Several headers. A signature in any of those that came may match.
  case headers([String])
  /// The numbered headers that start with this name: `X-DocuSign-Signature-1`, `-2`, …
  case numberedHeaders(String)
  /// A key of a header that is a list of `key=value`. The key may occur several times.
  case pairs(header: String, key: String, separator: Character = ",")
  /// A query parameter, which has to come exactly once.
  case queryParameter(String)
  /// A field of a form body, which has to come exactly once.
  case formField(String)
  /// A text of a JSON body.
  case bodyField(JSONPath)

  /// The place in words, with names as configured.
  public var text: String {
    switch self {
    case .header(let name): name
    case .headers(let names): names.joined(separator: ", ")
    case .numberedHeaders(let name): "\(name)N"
    case .pairs(let header, let key, _): "\(header) \(key)"
    case .queryParameter(let name): "?\(name)"
    case .formField(let name): "form \(name)"
    case .bodyField(let path): path.text
    }
  }

  /// Returns whether the request has anything in this place.
  func isFilled(in request: Request) -> Bool {
    switch self {
    case .header(let name), .pairs(let name, _, _): request.headers.has(name)
    case .headers(let names): names.contains { request.headers.has($0) }
    case .numberedHeaders(let name): !Self.numbered(name, request).isEmpty
    case .queryParameter(let name): request.parameters.has(name)
    case .formField(let name): FormFields(request.body).has(name)
    case .bodyField(let path): (try? path.text(in: request, most: Signature.longestText)) != nil
    }
  }

  /// Returns the texts in this place, and the pairs of the header if it is a list of pairs.
  ///
  /// - Throws: `Rejection.unverified` if the place is missing, ambiguous, or its text too long.
  ///   `headers`, `numberedHeaders` and a missing key of `pairs` give no texts instead.
  func texts(in request: Request) throws(Rejection) -> (texts: [[UInt8]], pairs: Pairs?) {
    switch self {
    case .header(let name): return ([try request.headers.value(name)], nil)
    case .headers(let names): return (try Self.texts(names, request), nil)
    case .numberedHeaders(let name):
      return (try Self.texts(Self.numbered(name, request), request), nil)
    case .pairs(let header, let key, let separator):
      let pairs = Pairs(try request.headers.value(header), separator: separator)
      return (pairs.values(of: key), pairs)
    case .queryParameter(let name):
      return ([try request.parameters.single(name, "query parameter").value], nil)
    case .formField(let name):
      let field = try FormFields(request.body).single(name, "form field")
      // Percent-decoding makes at least one byte from three.
      guard field.rawValue.count <= 3 * Signature.longestText else {
        throw .unverified("form field \(name) is too long for a signature")
      }
      return ([field.value], nil)
    case .bodyField(let path):
      return ([try path.text(in: request, most: Signature.longestText)], nil)
    }
  }

  private static func texts(_ names: [String], _ request: Request) throws(Rejection) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    for name in names where request.headers.has(name) {
      texts.append(try request.headers.value(name))
    }
    return texts
  }

  private static func numbered(_ name: String, _ request: Request) -> [String] {
    let start = name.lowercased()
    let found = request.headers.fields.map(\.name).filter {
      $0.hasPrefix(start) && $0.utf8.count > start.utf8.count
        && $0.utf8.dropFirst(start.utf8.count).allSatisfy { 0x30...0x39 ~= $0 }
    }
    return Set(found).sorted()
  }
}
