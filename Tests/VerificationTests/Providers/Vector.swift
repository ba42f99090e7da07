import Foundation
import Testing

@testable import Verification

/// A row of `providers.json`: a request, and its expected outcome.
struct Vector: Decodable, Sendable, CustomTestStringConvertible {
  let id: String
  let provider: String
  let kind: String
  let description: String
  let method: String
  let path: String
  let query: String
  let headers: [String: JSONAny]
  let body: String?
  let bodyBase64: String?
  let url: String?
  let secrets: [String]?
  let publicKeys: [String]?
  let now: Double?
  let expect: String?
  let expectResponse: JSONAny?
  let config: JSONAny

  var testDescription: String { "\(id): \(description)" }

  /// All rows of the file.
  static let all: [Vector] = {
    let file = Bundle.module.url(
      forResource: "providers", withExtension: "json", subdirectory: "Vectors")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let file, let data = try? Data(contentsOf: file) else { return [] }
    return (try? decoder.decode([Vector].self, from: data)) ?? []
  }()

  /// The moment at which the outcome holds; `noon` if the time does not matter.
  var moment: Date { now.map { Date(timeIntervalSince1970: $0) } ?? noon }

  var request: Request {
    var fields = Headers()
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      for text in value.texts { fields.append(name: name, value: Array(text.utf8)) }
    }
    let bytes = bodyBase64.flatMap { Data(base64Encoded: $0) } ?? Data((body ?? "").utf8)
    return Request(
      method: method, path: Array(path.utf8), query: Array(query.utf8), headers: fields,
      body: Array(bytes), remote: "192.0.2.7",
      publicURL: url.map { String($0.prefix { $0 != "?" }) })
  }

  var sharedSecrets: [Secret] {
    (secrets ?? []).enumerated().map { Secret($1, name: "secret \($0)") }
  }

  func keys() throws -> [PublicKey] {
    try (publicKeys ?? []).map { try PublicKey($0) }
  }
}
