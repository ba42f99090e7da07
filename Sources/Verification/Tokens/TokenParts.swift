/// A compact JSON Web Signature (RFC 7515), split into its parts. Nothing is verified yet.
struct TokenParts {
  let header: JSONElement
  let claims: JSONElement
  /// The signed text: header and claims as sent, with the full stop between them.
  let message: [UInt8]
  let signature: [UInt8]

  /// - Throws: `Rejection.unverified` if the text isn't a compact token with JSON claims.
  init(_ token: [UInt8]) throws(Rejection) {
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = Self.decode(parts[2]), !signature.isEmpty,
      let header = Self.decode(parts[0]), let claims = Self.decode(parts[1])
    else { throw .unverified("the token is not three parts in base64url") }
    self.header = try Self.object(header, "header")
    self.claims = try Self.object(claims, "claims")
    self.message = Array(token.prefix(parts[0].count + 1 + parts[1].count))
    self.signature = signature
    // RFC 7515, 4.1.11: a token is invalid if its reader doesn't understand a critical header.
    guard try self.header.member("crit") == nil else {
      throw .unverified("the token's header has \"crit\"")
    }
  }

  private static func object(_ json: [UInt8], _ what: String) throws(Rejection) -> JSONElement {
    guard let text = try? CheckedJSON(json), text.root.isObject else {
      throw .unverified("the token's \(what) can't be read")
    }
    return text.root
  }

  private static func decode(_ part: ArraySlice<UInt8>) -> [UInt8]? {
    Base64.decode(part, .url, padding: .forbidden)
  }
}
