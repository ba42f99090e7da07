import Bytes
import FoundationEssentials

extension JSONWebToken {
  /// Checks `exp` and `nbf`.
  func checkTimes(_ claims: JSONElement, at now: Date) throws(Rejection) {
    let expiry = try moment("exp", claims)
    guard expiry != nil || !requiresExpiry else { throw .unverified("the token has no \"exp\"") }
    if let expiry, now.timeIntervalSince(expiry) >= leeway.inSeconds {
      throw .unverified("the token is expired")
    }
    let start = try moment("nbf", claims)
    guard start != nil || !requiresStart else { throw .unverified("the token has no \"nbf\"") }
    if let start, start.timeIntervalSince(now) > leeway.inSeconds {
      throw .unverified("the token is not valid yet")
    }
  }

  private func moment(_ name: String, _ claims: JSONElement) throws(Rejection) -> Date? {
    guard let value = try claims.member(name) else { return nil }
    guard value.string == nil, let text = value.text,
      let seconds = Double(String(decoding: text, as: UTF8.self)), seconds.isFinite
    else { throw .unverified("the token's \"\(name)\" isn't a number") }
    return Date(timeIntervalSince1970: seconds)
  }

  /// Checks `iss`, `aud` and the configured claims.
  func checkClaims(_ claims: JSONElement) throws(Rejection) {
    try check("iss", try claims.member("iss")?.string.map { [$0] } ?? [], issuers)
    let audience = try claims.member("aud")
    let several = audience.map { $0.elements.compactMap(\.string) } ?? []
    try check("aud", audience?.string.map { [$0] } ?? several, audiences)
    for (name, wanted) in self.claims.sorted(by: { $0.key < $1.key }) {
      let text = try claims.member(name)?.text
      guard let text, wanted.contains(where: { $0.utf8.elementsEqual(text) }) else {
        throw .unverified("the token's \"\(name)\" is missing, or has another value")
      }
    }
  }

  private func check(
    _ name: String, _ found: [[UInt8]], _ wanted: [String]
  ) throws(Rejection) {
    let fits = found.contains { text in wanted.contains { $0.utf8.elementsEqual(text) } }
    guard wanted.isEmpty || fits else {
      throw .unverified("the token's \"\(name)\" is missing, or has another value")
    }
  }

  /// Checks the claims that bind the token to this body and this URL.
  func checkHashes(_ claims: JSONElement, _ request: Request) throws(Rejection) {
    if let urlHash {
      let url = try SignedMessage(request: request, pairs: nil, timestamp: nil).pieces([.url])
      try check(urlHash, url, claims)
    }
    // A token without the claim is valid for a request without a body.
    guard let bodyHash else { return }
    let claim = try claims.member(bodyHash.claim)
    if claim != nil || !request.body.isEmpty {
      try check(bodyHash, [request.body[...]], claims)
    }
  }

  private func check(
    _ claim: HashClaim, _ bytes: SignedPieces, _ claims: JSONElement
  ) throws(Rejection) {
    guard let digest = try claims.member(claim.claim)?.string.flatMap({ Hex.decode($0) }),
      equalInConstantTime(digest, claim.hash.digest(of: bytes))
    else {
      throw .unverified("the token's \"\(claim.claim)\" is missing, or is a hash of something else")
    }
  }
}
