import Foundation
import Testing

@testable import Harness

/// The stories of levelwind-tests(7): a delivery of the server becomes a test of the configuration.
@Suite(.showingLogs) struct ExampleStoryTests {
  private static let secret = "a-secret-that-only-the-server-has"
  private static let files = Sample.files.merging([
    "secrets/github": secret,
    "webhooks/github.yaml": """
    incoming: stock
    history: {}
    pre_processors: [{type: sender, sender: github, secrets: [{secret: github}]}]

    """,
    "incoming/stock.yaml": "filter: .data.body.kind == \"order\"\n",
  ]) { $1 }

  /// Sends an order as GitHub would.
  private func deliver(_ site: Site) throws {
    let body = Array(#"{"kind":"order","number":4711}"#.utf8)
    let digest = try Tool.run(
      "openssl", ["dgst", "-sha256", "-hmac", Self.secret, "-r"], input: body)
    let reply = try site.post(
      "/webhook/github", body,
      headers: [
        "X-Hub-Signature-256: sha256=\(digest.text.prefix { $0 != " " })",
        "X-GitHub-Delivery: 72d3162e", "Content-Type: application/json",
      ])
    #expect(reply.status == 200)
    try until("it is in the history") {
      try site.command("delivery", "show", "72d3162e").status == 0
    }
  }

  /// Makes an example of the delivery, and unpacks it into the configuration.
  private func makeExample(_ site: Site, name: String = "order") throws {
    let made = try Tool.run(
      "sh",
      [
        "-c", #""$0" delivery show 72d3162e --as-test --as "$2" --config "$1" | tar -x -C "$1""#,
        Site.levelwind, site.configuration, name,
      ])
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.errors == "")
  }

  @Test func `a delivery becomes an example, which a later change breaks`() throws {
    try Site.open(Self.files) { site in
      try deliver(site)
      try makeExample(site)
      let yaml = site.folder.text("etc/tests/github/order.yaml")
      let lines = yaml.split(separator: "\n")
      #expect(
        lines.dropLast(2) == [
          "# yaml-language-server: $schema=/usr/share/levelwind/schema/example.json",
          "verdict: accepted", "status: 200", "incoming: [stock]", "tasks: 1",
        ])
      #expect(lines.suffix(2).first?.hasPrefix("at: 20") == true)
      let passed = try site.command("test")
      #expect(passed.status == 0, "\(passed.text)")
      #expect(passed.text == "ok    tests/github/order\n1 example: 1 passed\n")

      // Without the server's secret and responder, as a check of changes runs it.
      try site.folder.write("verdict: accepted\nincoming: []\n", to: "etc/tests/github/other.yaml")
      try site.folder.write(
        site.folder.text("etc/tests/github/order.http"), to: "etc/tests/github/other.http")
      try FileManager.default.removeItem(at: site.folder("etc/secrets/github"))
      let report = site.folder("junit.xml").path
      let failed = try site.command("test", "github", "--junit", report)
      #expect(failed.status == 1)
      #expect(
        failed.text == """
          ok    tests/github/order
          FAIL  tests/github/other
                  tests/github/other.yaml:2:11: incoming: expected tasks for none, there are some \
          for stock
          2 examples: 1 passed, 1 failed

          """)
      let parsed = try Tool.run(
        "python3",
        [
          "-c",
          """
          import sys, xml.etree.ElementTree as x
          for c in x.parse(sys.argv[1]).getroot().iter("testcase"):
            print(c.get("classname"), c.get("name"), float(c.get("time")) >= 0, [f.text for f in c])
          """, report,
        ])
      #expect(
        parsed.text == """
          github order True []
          github other True ['tests/github/other.yaml:2:11: incoming: expected tasks for none, \
          there are some for stock']

          """, "\(parsed.errors)")
    }
  }

  @Test func `nothing of the real secret is in an example`() throws {
    try Site.open(Self.files) { site in
      try deliver(site)
      try makeExample(site)
      let request = site.folder.text("etc/tests/github/order.http")
      let sent = try Tool.run(
        "openssl", ["dgst", "-sha256", "-hmac", Self.secret, "-r"],
        input: Array(#"{"kind":"order","number":4711}"#.utf8))
      #expect(!request.contains(sent.text.prefix { $0 != " " }))
      #expect(request.contains("x-hub-signature-256: sha256="))
      let test = site.folder.text("etc/test-secrets/github")
      #expect(test.count == 44 && !test.contains(Self.secret))
      // Anybody can compute a test secret, so the same delivery gets the same signature anywhere.
      try makeExample(site, name: "second")
      func signature(_ request: String) -> Substring? {
        request.split(separator: "\r\n").first { $0.hasPrefix("x-hub-signature-256: ") }
      }
      #expect(signature(site.folder.text("etc/tests/github/second.http")) == signature(request))
    }
  }

  @Test func `what can't become an example says why`() throws {
    let literal = Self.files.merging([
      "webhooks/github.yaml": """
      incoming: stock
      history: {}
      pre_processors: [{type: sender, sender: github, secrets: [{literal: \(Self.secret)}]}]

      """
    ]) { $1 }
    try Site.open(literal) { site in
      try deliver(site)
      let refused = try site.command("delivery", "show", "72d3162e", "--as-test")
      #expect(refused.status == 1 && refused.text == "")
      #expect(
        refused.errors == """
          levelwind: a secret of webhook github, pre_processors[0].secrets[0], isn't in the folder \
          secrets, so that no test secret can stand for it: move it into a file there, and name it \
          with {secret: NAME}

          """)
      // The remedy.
      try site.folder.write(
        Self.files["webhooks/github.yaml"] ?? "", to: "etc/webhooks/github.yaml")
      try makeExample(site)
      let slip = try site.command("delivery", "show", "72d3162e", "--as-test", "--as", "../x")
      #expect(slip.status == 1 && slip.errors.contains("can't be the name of a file"))
      let none = try site.command("test", "erp")
      #expect(none.status == 1)
      #expect(none.errors.contains("webhook erp has no examples in"))
      #expect(try site.command("test", "gitub").status != 0)
    }
  }

  @Test func `check and reload look at examples where they are asked to`() throws {
    try Site.open(Self.files) { site in
      try deliver(site)
      try makeExample(site)
      #expect(try site.command("check", "--tests", "--no-machine").status == 0)
      try site.folder.write(
        "filter: .data.body.kind == \"ordr\"\n", to: "etc/incoming/stock.yaml")
      let checked = try site.command("check", "--tests", "--no-machine")
      #expect(checked.status == 1)
      #expect(
        checked.text.contains(
          "tests/github/order.yaml:4:11: incoming: expected tasks for stock, there are some for none"
        ))
      #expect(try site.command("check", "--no-machine").status == 0)
      try site.folder.write(
        site.folder.text("etc/levelwind.yaml") + "tests: required\n", to: "etc/levelwind.yaml")
      let reloaded = try site.command("reload")
      #expect(reloaded.status == 1, "\(reloaded.text)")
      #expect(
        (reloaded.text + reloaded.errors).contains(
          "webhooks/github.yaml: tests/github/order fails (levelwind test github): "))
      // Its remedy says what differs.
      #expect(try site.command("test", "github").text.contains("FAIL  tests/github/order"))
      try site.folder.write(Self.files["incoming/stock.yaml"] ?? "", to: "etc/incoming/stock.yaml")
      #expect(try site.command("reload").status == 0)
    }
  }
}
