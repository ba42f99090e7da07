import Testing

@testable import Webhooks

/// Webhooks whose senders never send a failed delivery again.
@Suite struct HistoryAdviceTests {
  private static func sender(_ name: String) -> String {
    "{type: sender, sender: \(name), secrets: [{literal: 0123456789abcdef}]}"
  }

  private func problems(_ check: String, _ more: String = "") throws -> [String] {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\n\(more)pre_processors: [\(check)]\n",
      "webhooks/broken.yaml": "nmae: x\n",
    ])
    return try #require(files.load().snapshot).historyProblems.map(\.description)
  }

  private static let advice =
    "To keep its deliveries: history: {for: 7d, bytes: 1GiB} in webhooks/a.yaml"

  @Test(arguments: ["", "disabled: true\n"])
  func `a webhook for one is told of, once`(more: String) throws {
    #expect(
      try problems(Self.sender("github"), more) == [
        "webhooks/a.yaml: warning: sender github never sends a failed delivery again, and none is "
          + "kept. \(Self.advice)"
      ])
  }

  @Test func `one among several checks counts, too`() throws {
    let both = "\(Self.sender("stripe")), \(Self.sender("github")), \(Self.sender("woocommerce"))"
    #expect(
      try problems("{type: any_of, of: [\(both)]}") == [
        "webhooks/a.yaml: warning: senders github and woocommerce never send a failed delivery "
          + "again, and none is kept. \(Self.advice)"
      ])
  }

  @Test(arguments: [sender("stripe"), sender("trello"), "{type: content_types, allow: [text/xml]}"])
  func `others aren't told of`(check: String) throws {
    #expect(try problems(check, "public_url: https://a.example/\n") == [])
  }
}
