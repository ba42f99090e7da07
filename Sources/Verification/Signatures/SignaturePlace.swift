/// Where a signature stands in a request.
public enum SignaturePlace: Sendable, Equatable {
  /// In one header.
  case header(String)
  /// In several headers, each once; any of them that came may match.
  case headers([String])
  /// In headers of this name with a number behind it: `X-DocuSign-Signature-1`, `-2`, …
  case numberedHeaders(String)
  /// In a header that is a list of `key=value`, under this key, maybe several times.
  case pairs(header: String, key: String, separator: Character = ",")
  /// In a query parameter.
  case queryParameter(String)
  /// In a field of a form body.
  case formField(String)
  /// In a text of a JSON body.
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

  /// Whether a request has anything there.
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

  /// What stands there, and the header's pairs if it has such.
  ///
  /// - Throws: `Refusal.unverified` if there is nothing, or the place is ambiguous.
  func texts(in request: Request) throws(Refusal) -> (texts: [[UInt8]], pairs: Pairs?) {
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
      // Decoding makes three bytes one at most.
      guard field.rawValue.count <= 3 * Signature.longestText else {
        throw .unverified("form field \(name) is too long for a signature")
      }
      return ([field.value], nil)
    case .bodyField(let path):
      return ([try path.text(in: request, most: Signature.longestText)], nil)
    }
  }

  private static func texts(_ names: [String], _ request: Request) throws(Refusal) -> [[UInt8]] {
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
