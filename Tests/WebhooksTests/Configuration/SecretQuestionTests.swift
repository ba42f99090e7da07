import Foundation
import Testing

@testable import Webhooks

/// Secrets that look like a mistake.
@Suite struct SecretQuestionTests {
  private static let good = "0123456789abcdef"

  /// Returns the warnings about a secret whose file has this content.
  private func warnings(
    _ content: [UInt8], check: String = "type: header, name: X", questions: Bool = true
  ) throws -> [String] {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml":
        "incoming: stock\npre_processors: [{\(check), secrets: [{secret: erp}]}]\n",
    ])
    try files.write(content, to: "secrets/erp")
    let loading = Snapshot.load(
      directory: files.path, credentials: .none, now: ConfigurationFiles.now,
      questionsSecrets: questions)
    #expect(loading.problems.allSatisfy { $0.severity == .warning })
    return loading.problems.map(\.message)
  }

  /// The content of a file, with `@` for a good secret, and the expected warning.
  private static let contents: [(String, String?)] = [
    ("@", nil), ("@\n", nil), ("@\r\n", nil), ("\"@", nil), ("@ ", "ends in a blank"),
    ("@\t\n", "ends in a blank"), (" @", "begins with a blank"),
    ("@\n\n", "ends in several newlines"), ("@\r\n\n", "ends in several newlines"),
    ("\u{feff}@", "begins with a byte-order mark"), ("\"@\"\n", "is in quotes"),
    ("'@'", "is in quotes"), ("0123456789abcde", "has 15 bytes"), ("x", "has 1 byte:"),
  ]

  @Test(arguments: contents)
  func `what is hardly meant is told`(_ content: String, _ warning: String?) throws {
    let found = try warnings(Array(content.replacing("@", with: Self.good).utf8))
    #expect(found.count == (warning == nil ? 0 : 1), "\(found)")
    if let warning {
      #expect(found.first?.hasPrefix("erp \(warning)") == true, "\(found)")
      #expect(found.allSatisfy { !$0.contains("789abc") })
    }
  }

  /// The places at which a secret can be configured, here `erp`, with the text before the secret in
  /// its file.
  private static let places: [(String, String)] = [
    ("pre_processors: [{type: header, name: X, secrets: [{secret: erp}]}]", ""),
    ("pre_processors: [{type: query_token, parameter: x, secrets: [{secret: erp}]}]", ""),
    ("pre_processors: [{type: basic_auth, secrets: [{secret: erp}]}]", "administrator:"),
    (
      "pre_processors: [{type: any_of, of: [{type: header, name: X, secrets: [{secret: erp}]}]}]",
      ""
    ),
    (
      "pre_processors: [{type: sender, sender: meta, secrets: [{literal: 0123456789abcdef}], "
        + "verify_tokens: [{secret: erp}]}]", ""
    ),
    (
      "pre_processors: []\npost_processors: [{type: http, url: 'https://a.example', secrets: [{secret: erp}]}]",
      ""
    ),
  ]

  @Test(arguments: places)
  func `it is told wherever a secret is configured`(_ place: String, _ before: String) throws {
    for (content, warning) in [
      ("short", before.isEmpty ? "has 5 bytes" : "has a password of 5 bytes"),
      ("0123456789abcdef ", "ends in a blank"),
    ] {
      let files = try ConfigurationFiles([
        "incoming/stock.yaml": "", "webhooks/a.yaml": "incoming: stock\n\(place)\n",
      ])
      for folder in ["secrets", "outgoing-secrets"] {
        try files.write(Array((before + content).utf8), to: "\(folder)/erp")
      }
      let loading = Snapshot.load(
        directory: files.path, credentials: .none, now: ConfigurationFiles.now,
        readsOutgoing: true, questionsSecrets: true)
      let found = loading.problems.filter { $0.severity == .warning }.map(\.message)
      #expect(found.contains { $0.hasPrefix("erp \(warning)") }, "\(loading.problems)")
      #expect(loading.problems.allSatisfy { !$0.message.contains("short") })
    }
  }

  @Test func `the responder does not say it at each reload`() throws {
    #expect(try warnings(Array("x".utf8), questions: false) == [])
  }

  @Test func `what a sender tells of itself may be short`() throws {
    let salesforce = "type: sender, sender: salesforce"
    #expect(try warnings(Array("00D000000000001\n".utf8), check: salesforce) == [])
    let github = "type: sender, sender: github"
    #expect(try warnings(Array("00D000000000001\n".utf8), check: github).count == 1)
  }
}
