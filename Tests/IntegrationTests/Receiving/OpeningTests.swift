import Foundation
import Spooling
import Testing

@testable import Harness

/// URLs that senders want opened, from their records.
@Suite(.showingLogs) struct OpeningTests {
  private static let host = "sns.eu-west-1.amazonaws.com"
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/orders.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: aws-sns, topics: ["arn:aws:sns:eu-west-1:123456789012:orders"]}
    """,
  ]

  private func names(_ place: String, _ site: Site) -> [String] {
    site.folder.names(in: "state/postprocess/orders.open/\(place)")
  }

  /// Puts a record into `new/`.
  private func add(_ url: String, to site: Site, age: TimeInterval = 0) throws -> String {
    let time = Date(timeIntervalSinceNow: -age)
    let id = Arrivals().next(at: time).id
    try site.folder.write(
      #"{"type":"levelwind.open","webhook":"orders","sender":"aws-sns","delivery":"d","#
        + #""time":"\#(time.ISO8601Format())","url":"\#(url)"}"#,
      to: "state/postprocess/orders.open/new/\(id).json")
    return "\(id).json"
  }

  @Test func `each is opened once, on the sender's hosts, and tried again where it failed`() throws
  {
    let server = try SecureServer(for: Self.host, ["/confirm": "<ok/>"])
    defer { server.stop() }
    try Site.open(Self.files) { site in
      func run() throws -> Tool.Result {
        try site.command(
          "postprocess", "--once", "--ca-file", server.trust, "--via", server.address)
      }
      #expect(try run().status == 0)
      _ = try add("https://\(Self.host)/confirm?Token=t0ken", to: site)
      let evil = try add("https://evil.example.org/confirm", to: site)
      let later = try add("https://\(Self.host)/later", to: site)
      let never = try add("https://\(Self.host)/never", to: site, age: 4 * 86400)
      let first = try run()
      #expect(first.status == 1)
      #expect(first.errors.contains("the URL's host isn't one of its sender's hosts; given up"))
      #expect(first.errors.contains("answered 404; again at"))
      #expect(!(first.errors + first.text).contains("t0ken"))
      #expect(
        server.requests.sorted() == [
          "\(Self.host) /confirm?Token=t0ken", "\(Self.host) /later", "\(Self.host) /never",
        ])
      #expect(names("new", site) == [])
      #expect(names("retry", site) == [later, "\(later).retry"])
      #expect(
        names("failed", site)
          == [evil, "\(evil).reason", never, "\(never).reason"].sorted())

      try server.write("<ok/>", to: "/later")
      try FileManager.default.moveItem(
        at: site.folder("state/postprocess/orders.open/retry/\(later)"),
        to: site.folder("state/postprocess/orders.open/new/\(later)"))
      #expect(try run().status == 0)
      #expect(names("new", site) == [])
    }
  }

  @Test func `a certificate that isn't trusted is told with the option that mends it`() throws {
    let server = try SecureServer(for: Self.host, ["/confirm": "<ok/>"])
    defer { server.stop() }
    try Site.open(Self.files) { site in
      _ = try add("https://\(Self.host)/confirm?Token=t0ken", to: site)
      let run = try site.command("postprocess", "--once", "--via", server.address)
      #expect(run.status == 75)
      #expect(
        run.errors.contains("levelwind postprocess --ca-file FILE trusts a certificate authority"),
        "\(run.errors)")
    }
  }
}
