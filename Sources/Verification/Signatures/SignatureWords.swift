extension Signature {
  /// A sentence about the algorithm, the message, the signature's place, and the timestamp.
  public var words: String {
    var words = "\(algorithm.words) over \(message.map(\.words).joined(separator: ", "))"
    words += ", \(encoding.words)\(prefix.isEmpty ? "" : " after \"\(prefix)\"") in \(place.text)"
    if separator != nil { words += ", one of several" }
    if let timestamp { words += "; \(timestamp.words)" }
    if demandsObject { words += "; the body is a JSON object" }
    if algorithm.usesSecrets, keyForm != .text { words += "; the secret is \(keyForm.text)" }
    return words + "."
  }
}

extension SigningAlgorithm {
  /// The algorithm in words for an administrator.
  public var words: String {
    switch self {
    case .hmac(let hash): "HMAC-\(hash.rawValue.uppercased())"
    case .hash(let hash, .first): "\(hash.rawValue.uppercased()) of the secret, then"
    case .hash(let hash, .last): "\(hash.rawValue.uppercased()), the secret last,"
    case .ed25519: "Ed25519"
    case .ecdsaP256(let hash, _): "ECDSA P-256 with \(hash.rawValue.uppercased())"
    case .rsaPKCS1(let hash): "RSA (PKCS #1 v1.5) with \(hash.rawValue.uppercased())"
    }
  }
}

extension SignatureEncoding {
  var words: String {
    switch self {
    case .hex: "in lower-case hexadecimal"
    case .upperHex: "in upper-case hexadecimal"
    case .anyHex: "in hexadecimal"
    case .base64: "in base64"
    case .base64url: "in base64url"
    }
  }
}

extension MessagePiece {
  var words: String {
    switch self {
    case .body: "the body"
    case .bodyBase64: "the body in base64"
    case .bodyCRC32: "the body's CRC-32"
    case .literal(let text): "\"\(text == "\n" ? "\\n" : text)\""
    case .header(let name): "header \(name)"
    case .headerIfAny(let name): "header \(name), if there"
    case .pair(let key): "\(key) of the header"
    case .method: "the method"
    case .url: "the public URL with its query"
    case .urlWithoutQuery: "the public URL without its query"
    case .urlHost: "the host of the public URL"
    case .path: "the path"
    case .pathAndQuery: "the path with its query"
    case .query: "the query"
    case .queryWithout(let name): "the query without \(name)"
    case .formField(let name): "form field \(name)"
    case .formFieldOrBody(let name): "the body (of a form, field \(name))"
    case .timestamp: "the timestamp"
    }
  }
}

extension TimestampRule {
  var words: String {
    let name =
      switch place {
      case .header(let name): "header \(name)"
      case .pair(let key): "\(key) of the header"
      case .body(let path): "\(path.text) in the body"
      case .formField(let name): "form field \(name)"
      }
    let bounds = [
      past.map { "at most \($0.components.seconds) s old" },
      future.map { "\($0.components.seconds) s ahead" },
    ].compactMap { $0 }.joined(separator: " or ")
    return
      "\(name) is a time\(bounds.isEmpty ? "" : ", \(bounds)")\(isOptional ? ", if there" : "")"
  }
}
