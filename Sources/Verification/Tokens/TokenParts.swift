/// A compact JSON Web Signature (RFC 7515) taken apart, with nothing verified yet.
struct TokenParts {
  let header: JSONElement
  let claims: JSONElement
  /// What is signed.
  let message: [UInt8]
  let signature: [UInt8]

  /// - Throws: `Refusal.unverified` for what is no compact token with JSON claims.
  init(_ token: [UInt8]) throws(Refusal) {
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = Self.decode(parts[2]), !signature.isEmpty,
      let header = Self.decode(parts[0]), let claims = Self.decode(parts[1])
    else { throw .unverified("the token is not three parts in base64url") }
    self.header = try Self.object(header, "header")
    self.claims = try Self.object(claims, "claims")
    self.message = Array(token.prefix(parts[0].count + 1 + parts[1].count))
    self.signature = signature
    // RFC 7515, 4.1.11: what has to be understood and isn't makes a token invalid.
    guard try self.header.member("crit") == nil else {
      throw .unverified("the token's header has \"crit\"")
    }
  }

  private static func object(_ json: [UInt8], _ what: String) throws(Refusal) -> JSONElement {
    guard let text = try? JSONText(json), text.root.isObject else {
      throw .unverified("the token's \(what) can't be read")
    }
    return text.root
  }

  private static func decode(_ part: ArraySlice<UInt8>) -> [UInt8]? {
    Base64.decode(part, .url, padding: .forbidden)
  }
}
