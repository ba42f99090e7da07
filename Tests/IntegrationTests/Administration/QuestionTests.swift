import Foundation
import Testing

@testable import Harness

/// The questions of commands to the person at the keyboard.
@Suite struct QuestionTests {
  private func ask(
    _ levelwind: Administration, _ arguments: [String], _ answers: [Keyboard.Answer],
    editor: String = "true"
  ) throws -> (status: Int32, screen: String) {
    try Keyboard.run(
      ["env", "VISUAL=\(editor)", "TMPDIR=\(levelwind.folder.path)", Site.levelwind] + arguments
        + ["--config", levelwind.folder("etc").path], answers)
  }

  @Test func `a secret that is typed is not shown`() throws {
    try Administration.run { levelwind in
      let create = ["webhook", "create", "Shop", "--incoming", "stock", "--sender", "shopify"]
      let made = try ask(levelwind, create, [("empty for later", "t0p-secret")])
      #expect(made.status == 0, "\(made.screen)")
      #expect(made.screen.contains("The secret that Shopify issued (The app's client secret;"))
      #expect(!made.screen.contains("t0p-secret"))
      #expect(levelwind.text("secrets/shop") == "t0p-secret\n")
      let later = try ask(levelwind, create + ["--id", "shop-1"], [("empty for later", "")])
      #expect(later.status == 0, "\(later.screen)")
      #expect(levelwind.text("webhooks/shop-1.yaml").contains("{secret: shop-1, pending: true}"))
      let added = try ask(
        levelwind, ["webhook", "secret", "add", "shop-1"], [("isn't shown", "an0ther")])
      #expect(added.status == 0 && !added.screen.contains("an0ther"), "\(added.screen)")
      #expect(levelwind.text("secrets/shop-1") == "an0ther\n")
    }
  }

  @Test func `an incoming configuration is made, and files deleted, only after a yes`() throws {
    try Administration.run { levelwind in
      let create = ["webhook", "create", "ERP", "--incoming", "orders"]
      #expect(try ask(levelwind, create, [("Make it?", "n")]).status == 1)
      let made = try ask(levelwind, create, [("Make it?", "y")])
      #expect(made.status == 0, "\(made.screen)")
      let delete = ["webhook", "delete", "erp"]
      #expect(try ask(levelwind, delete, [("Delete webhooks/erp.yaml (ERP)?", "")]).status == 1)
      let deleted = try ask(
        levelwind, delete, [("Delete webhooks/erp.yaml", "yes"), ("secrets/erp. Delete it", "y")])
      #expect(deleted.status == 0, "\(deleted.screen)")
      #expect(levelwind.folder.names(in: "etc/secrets") == [])
      #expect(levelwind.folder.names(in: "etc/webhooks") == [])
    }
  }

  @Test func `after an error it offers to edit again, with what was typed`() throws {
    try Administration.run(["incoming/stock.yaml": "name: Stock\n"]) { levelwind in
      let edit = ["incoming", "edit", "stock"]
      let lost = try ask(
        levelwind, edit, [("Edit again?", "n")], editor: "sed -i s/name/nmae/")
      #expect(lost.status == 1 && lost.screen.contains("your text is in "), "\(lost.screen)")
      // The first round makes a mistake, and the second round corrects it.
      let mended = try ask(
        levelwind, edit, [("Edit again?", "y")],
        editor: "sed -i -e s/nmae:.x/name:.z/ -e s/name:.Stock/nmae:.x/ -e s/[.]/\\\\x20/")
      #expect(mended.status == 0, "\(mended.screen)")
      #expect(levelwind.text("incoming/stock.yaml") == "name: z\n")
    }
  }
}
