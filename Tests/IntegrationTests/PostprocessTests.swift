import Foundation
import Testing

@testable import Harness

/// URLs that senders want opened, from their records.
@Suite(.showingLogs) struct PostprocessTests {
  private static let host = "sns.eu-west-1.amazonaws.com"
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/orders.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: aws-sns, topics: ["arn:aws:sns:eu-west-1:123456789012:orders"]}
    """,
  ]

  private func record(_ url: String, at time: Date = Date()) -> String {
    #"{"type":"levelwind.open","webhook":"orders","sender":"aws-sns","delivery":"d","#
      + #""time":"\#(time.ISO8601Format())","url":"\#(url)"}"#
  }

  private func names(_ place: String, _ site: Site) -> [String] {
    site.folder.names(in: "state/postprocess/orders/\(place)")
  }

  @Test func `each is opened once, on the sender's hosts, and tried again where it failed`() throws
  {
    let server = try SecureServer(for: Self.host, ["/confirm": "<ok/>"])
    defer { server.stop() }
    try Site.open(Self.files) { site in
      func run() throws -> Tool.Result {
        try Tool.run(
          Site.levelwind,
          ["postprocess", "--ca-file", server.trust, "--via", server.address]
            + ["--config", site.configuration])
      }
      #expect(try run().status == 0)
      let old = Date(timeIntervalSinceNow: -4 * 86400)
      for (name, text) in [
        ("1", record("https://\(Self.host)/confirm?Token=t0ken")),
        ("2", record("https://evil.example.org/confirm")),
        ("3", record("https://\(Self.host)/later")),
        ("4", record("https://\(Self.host)/never", at: old)),
      ] { try site.folder.write(text, to: "state/postprocess/orders/new/\(name).json") }
      let first = try run()
      #expect(first.status == 1)
      #expect(first.text == "orders: opened for aws-sns\n")
      #expect(first.errors.contains("2.json: the URL is on none of its sender's hosts"))
      #expect(first.errors.contains("3.json: answered 404"))
      #expect(!(first.errors + first.text).contains("t0ken"))
      #expect(
        server.requests.sorted() == [
          "\(Self.host) /confirm?Token=t0ken", "\(Self.host) /later", "\(Self.host) /never",
        ])
      #expect(names("new", site) == ["3.json"])
      #expect(
        names("failed", site) == ["2.json", "2.json.reason", "4.json", "4.json.reason"])

      try server.write("<ok/>", to: "/later")
      #expect(try run().status == 0)
      #expect(names("new", site) == [])
    }
  }
}
