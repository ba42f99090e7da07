import Bytes
import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import Verification

@Suite struct JSONWebTokenTests {
  static let secret = Secret("a secret", name: "s")
  static let p256 = P256.Signing.PrivateKey()

  /// Returns a token of these texts, with a signature by a function.
  static func token(
    _ header: String, _ claims: String,
    sign: ([UInt8]) -> [UInt8] = { HashName.sha256.authenticationCode(of: $0, key: secret.bytes) }
  ) -> String {
    let url = { (bytes: [UInt8]) in
      String(decoding: Base64.encode(bytes), as: UTF8.self).replacing("+", with: "-")
        .replacing("/", with: "_").replacing("=", with: "")
    }
    let message = url(Array(header.utf8)) + "." + url(Array(claims.utf8))
    return message + "." + url(sign(Array(message.utf8)))
  }

  static func token(_ claims: String) -> String { token(#"{"alg":"HS256"}"#, claims) }

  static func request(_ token: String, body: String = "") -> Request {
    .post([("Authorization", "Bearer \(token)")], body: body, publicURL: "https://h.example/hook")
  }

  var rule: JSONWebToken {
    var rule = JSONWebToken([.hs256])
    rule.secrets = [Self.secret]
    return rule
  }

  @Test(arguments: [
    (claims: #"{"exp":1790000001}"#, passes: true), (claims: #"{"exp":1789999941}"#, passes: true),
    (claims: #"{"exp":1789999940}"#, passes: false),
    (claims: #"{"exp":"1790000001"}"#, passes: false),
    (claims: #"{"exp":1790000001.5}"#, passes: true), (claims: "{}", passes: false),
    (claims: #"{"exp":1790000001,"exp":1}"#, passes: false), (claims: "[]", passes: false),
    (claims: #"{"exp":1790000001,"nbf":1790000060}"#, passes: true),
    (claims: #"{"exp":1790000001,"nbf":1790000061}"#, passes: false),
    (claims: #"{"exp":1e400}"#, passes: false),
  ])
  func `a token is valid for its time, and a minute more`(claims: String, passes: Bool) {
    #expect(rule.accepts(Self.request(Self.token(claims))) == passes)
  }

  @Test(arguments: [
    #"{"alg":"none"}"#, #"{"alg":"HS512"}"#, #"{"alg":"hs256"}"#, "{}", #"{"alg":256}"#,
    #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","alg":"none"}"#, "x",
  ])
  func `the algorithm is ours to choose`(header: String) {
    #expect(!rule.accepts(Self.request(Self.token(header, #"{"exp":1790000001}"#))))
  }

  @Test func `a right signature by an algorithm that is not allowed is refused`() {
    let token = Self.token(#"{"alg":"HS512"}"#, #"{"exp":1790000001}"#) {
      HashName.sha512.authenticationCode(of: $0, key: Self.secret.bytes)
    }
    var rule = rule
    #expect(!rule.accepts(Self.request(token)))
    rule.algorithms = [.hs256, .hs512]
    #expect(rule.accepts(Self.request(token)))
  }

  @Test func `a token without a signature or with another one is refused`() {
    let token = Self.token(#"{"exp":1790000001}"#)
    let cut = token.split(separator: ".").prefix(2).joined(separator: ".")
    #expect(rule.accepts(Self.request(token)))
    for other in [cut, cut + ".", cut + ".AAAA", token + ".", token + "A", "." + token, "", ".."] {
      #expect(!rule.accepts(Self.request(other)), "\(other)")
    }
    #expect(!rule.accepts(.post([("Authorization", token)])))
    #expect(!rule.accepts(.post()))
  }

  @Test func `a public key is never taken for a secret`() throws {
    let pem = Self.p256.publicKey.pemRepresentation
    let forged = Self.token(#"{"alg":"HS256"}"#, #"{"exp":1790000001}"#) {
      HashName.sha256.authenticationCode(of: $0, key: Array(pem.utf8))
    }
    var rule = JSONWebToken([.hs256, .es256])
    rule.keys = [try PublicKey(pem)]
    #expect(!rule.accepts(Self.request(forged)))
  }

  @Test func `ES256 with a key set, by kid`() throws {
    let raw = Array(Self.p256.publicKey.rawRepresentation)
    let url = { (bytes: ArraySlice<UInt8>) in
      String(decoding: Base64.encode(Array(bytes)), as: UTF8.self).replacing("+", with: "-")
        .replacing("/", with: "_").replacing("=", with: "")
    }
    let set = """
      {"keys":[{"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-256","kid":"k1",
      "x":"\(url(raw[..<32]))","y":"\(url(raw[32...]))"}]}
      """
    var rule = JSONWebToken([.es256])
    rule.keys = try KeySet(Array(set.utf8)).keys
    rule.keyURL = "https://keys.example.org/certs"
    let sign = { (message: [UInt8]) -> [UInt8] in
      Array((try? Self.p256.signature(for: message).rawRepresentation) ?? Data())
    }
    let claims = #"{"exp":1790000001}"#
    let good = Self.token(#"{"alg":"ES256","kid":"k1"}"#, claims, sign: sign)
    #expect(try rule.verify(Self.request(good), at: noon).secretName == "k1")
    let unknown = Self.token(#"{"alg":"ES256","kid":"k2"}"#, claims, sign: sign)
    var wanting = Rejection.unavailable("no key has the token's \"kid\"")
    wanting.wantedKey = "https://keys.example.org/certs"
    #expect(rule.outcome(Self.request(unknown)) == .failure(wanting))
    #expect(throws: Misconfiguration.self) { try KeySet(Array("{}".utf8)) }
    #expect(throws: Misconfiguration.self) { try KeySet(Array(#"{"keys":[{}]}"#.utf8)) }
  }

  @Test func `issuer, audience and claims have to match`() {
    var rule = rule
    rule.issuers = ["i"]
    rule.audiences = ["a"]
    rule.claims = ["ok": ["true"], "n": ["1", "2"]]
    func passes(_ claims: String) -> Bool {
      rule.accepts(Self.request(Self.token(#"{"exp":1790000001,"# + claims + "}")))
    }
    #expect(passes(#""iss":"i","aud":"a","ok":true,"n":2"#))
    #expect(passes(#""iss":"i","aud":["b","a"],"ok":true,"n":"1""#))
    #expect(!passes(#""iss":"j","aud":"a","ok":true,"n":2"#))
    #expect(!passes(#""aud":"a","ok":true,"n":2"#))
    #expect(!passes(#""iss":"i","aud":["b"],"ok":true,"n":2"#))
    #expect(!passes(#""iss":"i","ok":true,"n":2"#))
    #expect(!passes(#""iss":"i","aud":"a","ok":false,"n":2"#))
    #expect(!passes(#""iss":"i","aud":"a","ok":true,"n":3"#))
    #expect(!passes(#""iss":"i","aud":"a","ok":true"#))
  }

  @Test func `a token can be bound to the body and the URL`() {
    var rule = rule
    rule.bodyHash = .init("b")
    rule.urlHash = .init("u")
    #expect(rule.secretHeaders.isEmpty)
    let hash = { (text: String) in
      String(
        decoding: Hex.encode(HashName.sha256.digest(of: Array(text.utf8))), as: UTF8.self)
    }
    let url = hash("https://h.example/hook")
    let bound = Self.token(#"{"exp":1790000001,"u":"\#(url)","b":"\#(hash("body"))"}"#)
    let bare = Self.token(#"{"exp":1790000001,"u":"\#(url)"}"#)
    let other = Self.token(#"{"exp":1790000001,"u":"\#(hash(""))","b":"\#(hash("body"))"}"#)
    #expect(rule.accepts(Self.request(bound, body: "body")))
    #expect(!rule.accepts(Self.request(bound, body: "other")))
    #expect(!rule.accepts(Self.request(bound)))
    #expect(rule.accepts(Self.request(bare)))
    #expect(!rule.accepts(Self.request(bare, body: "body")))
    #expect(!rule.accepts(Self.request(other, body: "body")))
  }
}
