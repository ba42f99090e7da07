import Foundation
import Testing

@testable import Harness

/// Names with a typing mistake.
@Suite struct NearNameTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/github.yaml": "name: Code\nincoming: stock\npre_processors: []\n",
    "webhooks/shop-2.yaml":
      "name: Shop of Kyiv\nincoming: stock\npre_processors: []\ndisabled: true\n",
    "webhooks/shop-10.yaml": "name: Shop of Oslo\nincoming: stock\npre_processors: []\n",
    "webhooks/broken.yaml": "incoming: nowhere\npre_processors: []\n",
  ]

  private static let webhook = "no webhook gihub (did you mean \"github\"?)"
  private static let file = "does not exist (did you mean \"stock\"?)"
  private static let tasks =
    "no incoming configuration stok (did you mean \"stock\"?), and no spool"
  private static let create =
    "no incoming configuration stok (did you mean \"stock\"?) (stock): levelwind incoming create"

  /// A mistyped command, its exit code, and a part of the answer.
  private static let slips: [(String, Int32, String)] = [
    ("webhok list", 64, "there is no command \"webhok\" (did you mean \"webhook\"?)"),
    ("webhook shw github", 64, "\"shw\" (did you mean \"show\"?)"),
    ("webhook secret lsit github", 64, "\"lsit\" (did you mean \"list\"?)"),
    ("webhook show gihub", 1, webhook), ("webhook url gihub", 1, webhook),
    ("webhook test gihub", 1, webhook), ("webhook handshake gihub", 1, webhook),
    ("explain gihub", 1, webhook),
    ("webhook enable gihub", 1, "does not exist (did you mean \"github\"?)"),
    ("incoming show stok", 1, "that can be used (did you mean \"stock\"?); see"),
    ("incoming set stok group=erp", 1, file), ("incoming edit stok", 1, file),
    ("incoming delete stok", 1, file),
    ("task list stok", 1, tasks), ("task count stok", 1, tasks), ("task show stok 01", 1, tasks),
    ("task body stok 01", 1, tasks), ("task claim stok", 1, tasks), ("task done stok 01", 1, tasks),
    ("task fail stok 01 --reason x", 1, tasks), ("task release stok 01", 1, tasks),
    ("task retry stok 01", 1, tasks), ("task purge stok 01 --yes", 1, tasks),
    ("webhook create Shop --incoming stok", 1, create),
    ("webhook create Shop --incoming stock --additional stok", 1, create),
    (
      "webhook create Shop --incoming stock --sender shopfy", 64,
      "there is no sender shopfy (did you mean \"shopify\"?): levelwind senders list"
    ),
  ]

  @Test(arguments: slips)
  func `a slip of the keyboard is answered with what was meant`(
    typed: String, status: Int32, answer: String
  ) throws {
    try Administration.run(Self.files) { levelwind in
      let request = typed.hasPrefix("explain") ? "POST / HTTP/1.1\nHost: a\n\n" : nil
      let said = try levelwind(typed.split(separator: " ").map(String.init), input: request)
      #expect(said.status == status)
      #expect(said.errors.contains(answer), "\(said.errors)")
    }
  }

  @Test func `a drain of a spool that isn't there, and of one that only a spool is left of`() throws
  {
    try ImporterSite.open { site in
      let drain = try site.task("drain", "stok", "--", "true")
      #expect(drain.status == 1 && drain.errors.contains(Self.tasks), "\(drain.errors)")
      let far = try site.task("list", "quite-another")
      #expect(far.errors.contains("no incoming configuration quite-another, and no spool /"))
      #expect(try site.task("list", "stock").status == 0)
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
