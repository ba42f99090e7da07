import Foundation
import Testing

@testable import Harness

/// Commands that root runs on folders of another user, who may put links into them.
@Suite(.enabled(if: geteuid() == 0, "running as another user takes root")) struct FolderOwnerTests {
  private static let nobody: uid_t = 65_534
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/erp.yaml": """
    incoming: stock
    pre_processors: [{type: header, name: X-A, secrets: [{secret: erp}]}]

    """,
    "secrets/erp": "a-secret-of-the-sender\n",
  ]

  /// Gives the folders to nobody, as the package gives them to a user of their own.
  private func run(_ test: (Administration) throws -> Void) throws {
    try Administration.run(Self.files) { levelwind in
      let etc = levelwind.folder("etc").path
      for folder in ["webhooks", "incoming", "secrets"] {
        try #require(chown("\(etc)/\(folder)", Self.nobody, Self.nobody) == 0)
      }
      try #require(chmod("\(etc)/secrets", 0o2750) == 0)
      try #require(chown("\(etc)/secrets/erp", 0, Self.nobody) == 0)
      try #require(chmod("\(etc)/secrets/erp", 0o640) == 0)
      // The way there has to be open for others than root.
      try #require(chmod(levelwind.folder.path, 0o755) == 0 && chmod(etc, 0o755) == 0)
      try test(levelwind)
    }
  }

  private func plant(_ link: String, to target: String, _ levelwind: Administration) throws {
    let path = levelwind.folder("etc/\(link)").path
    unlink(path)
    try #require(symlink(target, path) == 0 && lchown(path, Self.nobody, Self.nobody) == 0)
  }

  @Test func `what a command makes is the owner's, and what root made is read and replaced`()
    throws
  {
    try run { levelwind in
      let made = try levelwind("webhook", "create", "New", "--incoming", "stock")
      #expect(made.status == 0, "\(made.errors)")
      #expect(try levelwind.mode("webhooks/new.yaml").user == Self.nobody)
      let secret = try levelwind.mode("secrets/new")
      #expect(secret.user == Self.nobody && secret.group == Self.nobody && secret.mode == 0o640)
      #expect(try levelwind("webhook", "disable", "erp").status == 0)
      #expect(try levelwind.mode("webhooks/erp.yaml").user == Self.nobody)
      #expect(levelwind.text("webhooks/erp.yaml").contains("disabled: true"))
      #expect(try levelwind("check").status == 0)
      let archive = try levelwind("webhook", "export", "new")
      let moved = String(decoding: archive.output, as: UTF8.self)
      #expect(try levelwind("webhook", "delete", "new", "--yes").status == 0)
      #expect(try levelwind("webhook", "import", "-", "--yes", input: moved).status == 0)
      #expect(try levelwind.mode("webhooks/new.yaml").user == Self.nobody)
      // Root is root again: this file lies in root's own folder.
      #expect(try levelwind("pages", "user", "add", "alice", "--role", "operator").status == 0)
      #expect(try levelwind.mode("levelwind.yaml").user == 0)
    }
  }

  @Test func `a link of the owner's is not followed, neither to write nor to read`() throws {
    try run { levelwind in
      let victim = levelwind.folder("victim").path
      try levelwind.folder.write("hunter2-of-root\n", to: "victim")
      try #require(chmod(victim, 0o600) == 0)
      try plant("webhooks/erp.yaml", to: victim, levelwind)
      for command in [
        ["webhook", "disable", "erp"], ["webhook", "set", "erp", "name=A"], ["check"],
        ["webhook", "show", "erp"], ["incoming", "prepare", "--user", "root"],
        ["webhook", "duplicate", "erp"], ["webhook", "list"], ["explain", "erp"],
      ] {
        let said = try levelwind(command, input: "")
        #expect(!(said.text + said.errors).contains("hunter2"), "\(command)")
      }
      #expect(try levelwind("webhook", "disable", "erp").status == 1)
      #expect(levelwind.folder.text("victim") == "hunter2-of-root\n")
      // A file that its owner could read isn't shown either: it may be a secret of the group's.
      try #require(chmod(victim, 0o640) == 0 && chown(victim, 0, Self.nobody) == 0)
      let said = try levelwind("check")
      #expect(said.text.contains("is a link that neither root nor this user made"), "\(said.text)")
      #expect(!(said.text + said.errors).contains("hunter2"))
    }
  }

  @Test func `a link of root's is followed, as far as the owner may`() throws {
    try run { levelwind in
      let real = levelwind.folder("kept.yaml").path
      try levelwind.folder.write(Self.files["webhooks/erp.yaml"] ?? "", to: "kept.yaml")
      let path = levelwind.folder("etc/webhooks/erp.yaml").path
      try #require(unlink(path) == 0 && symlink(real, path) == 0)
      #expect(try levelwind("check").status == 0)
      let refused = try levelwind("webhook", "disable", "erp")
      #expect(refused.status == 1 && refused.errors.contains("Permission denied"))
    }
  }
}
