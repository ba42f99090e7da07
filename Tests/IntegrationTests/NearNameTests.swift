import Foundation
import Testing

@testable import Harness

/// Names with a slip of the keyboard in them.
@Suite struct NearNameTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/github.yaml": "name: Code\nincoming: stock\npre_processors: []\n",
    "webhooks/shop-2.yaml":
      "name: Shop of Kyiv\nincoming: stock\npre_processors: []\ndisabled: true\n",
    "webhooks/shop-10.yaml": "name: Shop of Oslo\nincoming: stock\npre_processors: []\n",
    "webhooks/broken.yaml": "incoming: nowhere\npre_processors: []\n",
  ]

  @Test(arguments: [
    (["webhok", "list"], Int32(64), "there is no command \"webhok\" (did you mean \"webhook\"?)"),
    (["webhook", "shw", "github"], 64, "\"shw\" (did you mean \"show\"?)"),
    (["webhook", "secret", "lsit", "github"], 64, "\"lsit\" (did you mean \"list\"?)"),
    (["webhook", "show", "gihub"], 1, "no webhook gihub (did you mean \"github\"?)"),
    (["webhook", "url", "gihub"], 1, "no webhook gihub (did you mean \"github\"?)"),
    (["webhook", "test", "gihub"], 1, "no webhook gihub (did you mean \"github\"?)"),
    (["webhook", "enable", "gihub"], 1, "does not exist (did you mean \"github\"?)"),
    (["incoming", "set", "stok", "group=erp"], 1, "does not exist (did you mean \"stock\"?)"),
  ])
  func `a slip of the keyboard is answered with what was meant`(
    words: [String], status: Int32, answer: String
  ) throws {
    try Administration.run(Self.files) { levelwind in
      let said = try levelwind(words)
      #expect(said.status == status)
      #expect(said.errors.contains(answer), "\(said.errors)")
    }
  }

  @Test func `a sender's name, and what is near nothing`() throws {
    let shop = try Tool.run(Site.levelwind, ["senders", "show", "shopfy"])
    #expect(shop.status == 1)
    #expect(shop.errors.contains("called \"shopfy\" (did you mean \"shopify\"?); see"))
    let far = try Tool.run(Site.levelwind, ["frobnicate"])
    #expect(far.status == 64 && !far.errors.contains("did you mean"), "\(far.errors)")
    let option = try Tool.run(Site.levelwind, ["webhook", "list", "--sate", "active"])
    #expect(option.status == 64 && option.errors.contains("--state"), "\(option.errors)")
  }
}
