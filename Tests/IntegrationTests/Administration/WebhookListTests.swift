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
