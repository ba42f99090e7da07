import Bytes
import Foundation
import Testing

@testable import Verification

@Suite struct WycheproofTests {
  struct Group: Decodable, Sendable, CustomTestStringConvertible {
    let algorithm: String
    let key: String
    let tests: [Row]
    var testDescription: String { "\(algorithm) \(key.prefix(40)) \(tests.map(\.id))" }
  }

  struct Row: Decodable, Sendable {
    let id: Int
    let message: String
    let signature: String
    let result: String
    let comment: String
  }

  static let groups: [Group] = {
    let file = Bundle.module.url(
      forResource: "wycheproof", withExtension: "json", subdirectory: "Vectors")
    guard let file, let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode([Group].self, from: data)) ?? []
  }()

  @Test func `the table is whole`() {
    #expect(Self.groups.flatMap(\.tests).count == 1504)
  }

  @Test(arguments: groups)
  func `a signature is right or wrong as Wycheproof says`(_ group: Group) throws {
    let rule = try #require(try Self.rule(group))
    for row in group.tests where row.result != "acceptable" {
      let request = Request(
        method: "POST", path: [], headers: Headers([("Signature", row.signature)]),
        body: Hex.decode(row.message.utf8) ?? [])
      #expect(
        rule.accepts(request) == (row.result == "valid"), "\(row.id): \(row.comment)")
    }
  }

  /// Returns the rule of a webhook, with the signature in a header, in hexadecimal.
  private static func rule(_ group: Group) throws -> Signature? {
    let algorithms: [String: SigningAlgorithm] = [
      "hmac_sha1": .hmac(.sha1), "hmac_sha256": .hmac(.sha256), "hmac_sha384": .hmac(.sha384),
      "hmac_sha512": .hmac(.sha512), "ed25519": .ed25519, "ecdsa_der": .ecdsaP256(.sha256),
      "ecdsa_raw": .ecdsaP256(.sha256, .raw), "rsa_sha256": .rsaPKCS1(.sha256),
    ]
    guard let algorithm = algorithms[group.algorithm] else { return nil }
    var rule = Signature(algorithm, at: .header("Signature"))
    if algorithm.usesSecrets {
      rule.keyForm = .hex
      rule.secrets = [Secret(group.key)]
    } else {
      let der = Hex.decode(group.key.utf8) ?? []
      rule.publicKeys = [try PublicKey(String(decoding: Base64.encode(der), as: UTF8.self))]
    }
    return rule
  }
}
