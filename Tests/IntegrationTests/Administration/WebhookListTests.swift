import Foundation
import Testing

@testable import Harness

/// Lists of many webhooks, and of their problems.
@Suite struct WebhookListTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/github.yaml": "name: Code\nincoming: stock\npre_processors: []\n",
    "webhooks/shop-2.yaml":
      "name: Shop of Kyiv\nincoming: stock\npre_processors: []\ndisabled: true\n",
    "webhooks/shop-10.yaml": "name: Shop of Oslo\nincoming: stock\npre_processors: []\n",
    "webhooks/broken.yaml": "incoming: nowhere\npre_processors: []\n",
  ]

  @Test(arguments: [
    ([], ["broken", "github", "shop-2", "shop-10"]),
    (["shop"], ["shop-2", "shop-10"]), (["OSLO"], ["shop-10"]), (["shop-?"], ["shop-2"]),
    (["*-*"], ["shop-2", "shop-10"]), (["hop-*"], []),
    (["--state", "disabled", "--state", "broken"], ["broken", "shop-2"]),
    (["shop", "--state", "active"], ["shop-10"]),
  ])
  func `webhooks are listed by name and state, numbers in their order`(
    options: [String], wanted: [String]
  ) throws {
    try Administration.run(Self.files) { levelwind in
      let list = try levelwind(["webhook", "list"] + options)
      #expect(list.status == 0, "\(list.errors)")
      let names = list.text.split(separator: "\n").map { String($0.split(separator: " ")[0]) }
      #expect(names == wanted)
      let json = try levelwind(["webhook", "list", "--json"] + options)
      let rows = try JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]]
      #expect(rows?.map { $0["identifier"] as? String } == wanted)
    }
  }

  @Test func `list and show say when a file was made, and when it was changed`() throws {
    var files = Self.files
    files["webhooks/github.yaml"]? += "created: 2026-11-01T12:00:00+01:00\n"
    files["incoming/stock.yaml"]? += "created: 2026-11-02T12:00:00Z\n"
    try Administration.run(files) { levelwind in
      func object(_ arguments: String...) throws -> [String: Any]? {
        let said = try levelwind(arguments + ["--json"])
        #expect(said.status == 0, "\(said.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(said.output))
        return json as? [String: Any] ?? (json as? [[String: Any]])?.first
      }
      for told in [
        try object("webhook", "list", "github"), try object("webhook", "show", "github"),
      ] {
        #expect(told?["created"] as? String == "2026-11-01T11:00:00Z")
        #expect((told?["updated"] as? String)?.hasSuffix("Z") == true)
      }
      #expect(try object("webhook", "list", "shop-2")?["created"] == nil)
      for told in [try object("incoming", "list"), try object("incoming", "show", "stock")] {
        #expect(told?["created"] as? String == "2026-11-02T12:00:00Z")
      }
      let text = try levelwind("webhook", "show", "shop-2").text
      #expect(text.contains("\nCreated: unknown\nUpdated: 2"))
    }
  }

  @Test func `status --problems says what is to be mended and nothing else`() throws {
    try Site.open(Self.files) { site in
      try until("the status is there") {
        try site.command("status").text.contains("To be mended")
      }
      let problems = try site.command("status", "--problems")
      #expect(problems.status == 0)
      #expect(problems.text.hasPrefix("To be mended\n  "), "\(problems.text)")
      #expect(problems.text.contains("→ ") && !problems.text.contains("Responder"))
      #expect(!problems.text.contains("\nWebhooks"))
      let json = try site.command("status", "--problems", "--json")
      let rows = try JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]]
      #expect(rows?.isEmpty == false && rows?.first?["remedy"] != nil)
    }
  }
}
