import Bytes
import Foundation
import Testing

@testable import Verification

@Suite struct EncodingTests {
  static let digits: [(text: String, bytes: [UInt8]?)] = [
    (text: "", bytes: []), (text: "00ff", bytes: [0, 255]),
    (text: "00FF", bytes: [0, 255]),
    (text: "0", bytes: nil), (text: "0g", bytes: nil), (text: " 00", bytes: nil),
    (text: "é", bytes: nil),
  ]

  @Test(arguments: digits)
  func `hexadecimal is read in either case`(text: String, bytes: [UInt8]?) {
    #expect(Hex.decode(Array(text.utf8)) == bytes)
  }

  @Test func `hexadecimal is held to one case where that is wanted`() {
    #expect(SignatureEncoding.hex.decode(Array("aF".utf8)) == nil)
    #expect(SignatureEncoding.hex.decode(Array("af".utf8)) == [0xAF])
    #expect(SignatureEncoding.upperHex.decode(Array("af".utf8)) == nil)
    #expect(SignatureEncoding.upperHex.decode(Array("AF".utf8)) == [0xAF])
    #expect(SignatureEncoding.anyHex.decode(Array("aF".utf8)) == [0xAF])
  }

  @Test func `base64 is written and read as Foundation does`() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let text = Array(Data(bytes).base64EncodedString().utf8)
      #expect(Base64.encode(bytes) == text)
      #expect(Base64.decode(text) == bytes)
    }
  }

  static let base64: [(text: String, bytes: [UInt8]?)] = [
    (text: "QQ==", bytes: [65]), (text: "QQ", bytes: nil), (text: "QQ=", bytes: nil),
    (text: "QQ===", bytes: nil), (text: "QR==", bytes: nil), (text: "Q", bytes: nil),
    (text: "Q===", bytes: nil), (text: "====", bytes: nil), (text: "QQ==QQ==", bytes: nil),
    (text: "Q Q=", bytes: nil), (text: "_-8=", bytes: nil), (text: "/+8=", bytes: [255, 239]),
    (text: "QQ==\n", bytes: nil),
  ]

  @Test(arguments: base64)
  func `base64 of a signature is held to the letter`(text: String, bytes: [UInt8]?) {
    #expect(SignatureEncoding.base64.decode(Array(text.utf8)) == bytes)
  }

  @Test func `base64url may have padding or not`() {
    #expect(SignatureEncoding.base64url.decode(Array("_-8".utf8)) == [255, 239])
    #expect(SignatureEncoding.base64url.decode(Array("_-8=".utf8)) == [255, 239])
    #expect(SignatureEncoding.base64url.decode(Array("/+8=".utf8)) == nil)
  }

  static let keys: [(form: KeyForm, secret: String, key: String?)] = [
    (form: KeyForm.text, secret: "whsec_QQ==", key: "whsec_QQ=="),
    (form: .whsec, secret: "whsec_QQ==", key: "A"), (form: .whsec, secret: "QQ", key: "A"),
    (form: .whsec, secret: "whsec_", key: nil), (form: .whsec, secret: "whsec_!", key: nil),
    (form: .prefixedWhsec, secret: "QQ==", key: nil),
    (form: .prefixedWhsec, secret: "whsec_QQ", key: "A"),
    (form: .hex, secret: "41", key: "A"), (form: .hex, secret: "4", key: nil),
    (form: .base64, secret: "QQ", key: "A"), (form: .suffixed("&"), secret: "A", key: "A&"),
    (form: .suffixed("&"), secret: "", key: nil),
    (form: .nfkd, secret: "\u{FB01}é", key: "fie\u{301}"),
    (form: .text, secret: "", key: nil),
  ]

  @Test(arguments: keys)
  func `a key is made of a secret`(form: KeyForm, secret: String, key: String?) {
    #expect(form.key(of: Array(secret.utf8)) == key.map { Array($0.utf8) })
  }

  static let moments: [(text: String, seconds: Double?)] = [
    (text: "1970-01-01T00:00:00Z", seconds: 0.0),
    (text: "2026-09-21T14:13:20Z", seconds: 1_790_000_000),
    (text: "2026-09-21t16:13:20+02:00", seconds: 1_790_000_000),
    (text: "2026-09-21T07:43:20.500-06:30", seconds: 1_790_000_000.5),
    (text: "2026-09-21T14:13:20.123456789Z", seconds: 1_790_000_000.123456789),
    (text: "2024-02-29T00:00:00Z", seconds: 1_709_164_800),
    (text: "2000-03-01T00:00:00Z", seconds: 951_868_800),
    (text: "1969-12-31T23:59:59Z", seconds: -1), (text: "2023-02-29T00:00:00Z", seconds: nil),
    (text: "2026-13-01T00:00:00Z", seconds: nil), (text: "2026-09-21T24:00:00Z", seconds: nil),
    (text: "2026-09-21T14:13:20", seconds: nil), (text: "2026-09-21 14:13:20Z", seconds: nil),
    (text: "2026-09-21T14:13:20.Z", seconds: nil),
    (text: "2026-09-21T14:13:20.1234567890Z", seconds: nil),
    (text: "2026-09-21T14:13:20+0200", seconds: nil),
    (text: "2026-09-21T14:13:20+25:00", seconds: nil),
    (text: "2026-09-21T14:13:20ZZ", seconds: nil), (text: "", seconds: nil),
  ]

  @Test(arguments: moments)
  func `RFC 3339 says a moment`(text: String, seconds: Double?) {
    #expect(RFC3339.moment(Array(text.utf8))?.timeIntervalSince1970 == seconds)
  }

  @Test func `RFC 3339 agrees with Foundation on every day of four centuries`() {
    for day in stride(from: -62_000, to: 100_000, by: 7) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      #expect(RFC3339.moment(Array(date.ISO8601Format().utf8)) == date)
    }
  }

  @Test(arguments: ["", "-1", "+1", "1.5", " 1", "1e3", "1234567890123456", "１"])
  func `a number of seconds is digits`(text: String) {
    #expect(TimestampRule.Unit.seconds.moment(Array(text.utf8)) == nil)
  }

  @Test func `public keys are read in every form`() throws {
    let raw = Array(SigningKeys.ed25519.publicKey.rawRepresentation)
    let base64 = String(decoding: Base64.encode(raw), as: UTF8.self)
    let hex = String(decoding: Hex.encode(raw), as: UTF8.self)
    let pem = SigningKeys.p256.publicKey.pemRepresentation
    let der = String(
      decoding: Base64.encode(Array(SigningKeys.p256.publicKey.derRepresentation)), as: UTF8.self)
    let framed = "MCowBQYDK2VwAyEA" + base64
    for (text, kind) in [
      (hex, "Ed25519"), (hex.uppercased(), "Ed25519"), (base64, "Ed25519"),
      ("whpk_" + base64, "Ed25519"), (framed, "Ed25519"), (pem, "P-256"), (der, "P-256"),
      (pem.replacing("\n", with: ""), "P-256"), ("\n \(der)\n", "P-256"),
      (SigningKeys.rsa?.publicKey.pemRepresentation ?? "", "RSA"),
    ] { #expect(try PublicKey(text).kind == kind) }
    for text in ["", "x", hex + "00", "-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----"] {
      #expect(throws: Misconfiguration.self) { try PublicKey(text) }
    }
  }

  @Test func `a certificate is read, and ends when it says`() throws {
    let config = try #require(Vector.all.first { $0.provider == "aws-sns" }?.config)
    let pem = try #require(config["certs_by_url"]?.object?.values.first?.text)
    let key = try PublicKey(pem)
    #expect(key.kind == "RSA")
    #expect(key.isUsable(at: noon))
    #expect(!key.isUsable(at: noon + 20 * 365 * 86_400))
    #expect(try !PublicKey(pem, notAfter: noon - 1).isUsable(at: noon))
  }
}
