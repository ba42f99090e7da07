import Foundation
import Testing

@testable import Webhooks

/// Secrets that look as if they were not what was meant.
@Suite struct SecretQuestionTests {
  private static let good = "0123456789abcdef"

  /// What is said of a secret whose file holds this.
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

  /// What a file holds, `@` for a good secret, and what is said of it.
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
