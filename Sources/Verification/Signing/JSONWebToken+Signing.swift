import Bytes
import FoundationEssentials

extension JSONWebToken {
  /// Signs with a token that is valid for five minutes and has all claims that this rule checks.
  ///
  /// - Throws: `Unsignable` if only public keys are accepted, because only the sender has the
  ///   private key.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    guard let algorithm = algorithms.first(where: { $0.signing.usesSecrets }) else {
      throw Unsignable(
        "the sender signs its tokens with a private key that nobody else has: \(words) Have the sender send "
          + "a test delivery, or save one and run it through levelwind explain.")
    }
    let secret = try secrets.forSigning(at: now)
    let header = Array(#"{"alg":"\#(algorithm.rawValue)","typ":"JWT"}"#.utf8)
    let message =
      SignatureEncoding.base64url.encode(header) + [UInt8(ascii: ".")]
      + SignatureEncoding.base64url.encode(try claims(for: request, at: now))
    let code = algorithm.signing.expected(message, key: secret.bytes) ?? []
    let token = message + [UInt8(ascii: ".")] + SignatureEncoding.base64url.encode(code)
    var request = request
    request.headers.set(self.header, Array(prefix.utf8) + token)
    return request
  }

  /// Returns the token's claims as JSON.
  private func claims(for request: Request, at now: Date) throws(Unsignable) -> [UInt8] {
    var texts = self.claims.compactMapValues { $0.first.map { Array($0.utf8) } }
    if let issuer = issuers.first { texts["iss"] = Array(issuer.utf8) }
    if let audience = audiences.first { texts["aud"] = Array(audience.utf8) }
    if let bodyHash { texts[bodyHash.claim] = Hex.encode(bodyHash.hash.digest(of: request.body)) }
    if let urlHash {
      do throws(Rejection) {
        let url = try SignedMessage(request: request, pairs: nil, timestamp: nil).pieces([.url])
        texts[urlHash.claim] = Hex.encode(urlHash.hash.digest(of: url))
      } catch {
        throw Unsignable(error.reason)
      }
    }
    let seconds = Int(now.timeIntervalSince1970)
    let members = texts.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
    guard let object = JSONQuoting.object(members) else {
      throw Unsignable("a claim's text is not UTF-8")
    }
    let times = Array(
      #"{"iat":\#(seconds),"nbf":\#(seconds),"exp":\#(seconds + 300)"#.utf8)
    return times + (members.isEmpty ? [] : [UInt8(ascii: ",")]) + object.dropFirst()
  }
}
