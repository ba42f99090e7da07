import Foundation
import Testing

@testable import Harness

/// The commands that change an existing webhook.
@Suite struct WebhookMaintenanceTests {
  private static let erp = """
    # Ours. Ask Kim before you touch it.
    name: ERP     # since 2019
    incoming: stock

    pre_processors:
      - type: header
        name: X-Secret
        secrets: [{secret: erp}]   # rotate in spring

    """
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n", "webhooks/erp.yaml": erp,
    "secrets/erp": "s3cr3t-value\n",
  ]

  @Test func `disable and enable change one value, and nothing else`() throws {
    try Administration.run(Self.files) { levelwind in
      #expect(chmod(levelwind.folder("etc/webhooks/erp.yaml").path, 0o600) == 0)
      let disabled = try levelwind("webhook", "disable", "erp")
      #expect(
        disabled.status == 0 && disabled.text.hasPrefix("erp is disabled.\n"), "\(disabled.errors)")
      let line = "since 2019\n"
      #expect(
        levelwind.text("webhooks/erp.yaml")
          == Self.erp.replacing(line, with: line + "disabled: true\n"))
      #expect(try levelwind("webhook", "list").text.contains("erp  disabled"))
      #expect(try levelwind("webhook", "disable", "erp").text == "erp is disabled already.\n")
      #expect(try levelwind("webhook", "enable", "erp").status == 0)
      #expect(
        levelwind.text("webhooks/erp.yaml")
          == Self.erp.replacing(line, with: line + "disabled: false\n"))
      #expect(try levelwind.mode("webhooks/erp.yaml").mode == 0o600)
      #expect(try levelwind("webhook", "disable", "nothing").status == 1)
      #expect(try levelwind("webhook", "disable", "../x").status == 64)
    }
  }

  @Test func `a form that can't be edited safely is refused, with the way out`() throws {
    var files = Self.files
    files["webhooks/erp.yaml"] = "{name: &n ERP, incoming: stock, pre_processors: []}\n"
    try Administration.run(files) { levelwind in
      let refused = try levelwind("webhook", "disable", "erp")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("webhooks/erp.yaml"))
      #expect(refused.errors.contains("levelwind webhook edit erp"))
      #expect(levelwind.text("webhooks/erp.yaml") == files["webhooks/erp.yaml"])
    }
  }

  @Test func `a link to the file stays one`() throws {
    try Administration.run(Self.files) { levelwind in
      let file = levelwind.folder("etc/webhooks/erp.yaml")
      let real = levelwind.folder("kept.yaml")
      try FileManager.default.moveItem(at: file, to: real)
      try FileManager.default.createSymbolicLink(at: file, withDestinationURL: real)
      #expect(try levelwind("webhook", "disable", "erp").status == 0)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == real.path)
      #expect(try String(contentsOf: real, encoding: .utf8).contains("disabled: true"))
    }
  }

  @Test func `duplicate keeps everything but the name, and adds logging and a history`() throws {
    try Administration.run(Self.files) { levelwind in
      let made = try levelwind("webhook", "duplicate", "erp", "--name", "ERP: test")
      #expect(made.status == 0, "\(made.errors)")
      let same = Self.erp.replacing("name: ERP ", with: "name: \"ERP: test\" ")
        .replacing("since 2019\n", with: "since 2019\nlogging: true\n")
      #expect(
        try levelwind.timeless("webhooks/erp-test.yaml")
          == same + "history: {for: 7d, bytes: 1GiB}\n")
      let without = try levelwind(
        "webhook", "duplicate", "erp-test", "--name", "ERP: test", "--id", "none", "--no-history")
      #expect(without.status == 0, "\(without.errors)")
      #expect(try levelwind.timeless("webhooks/none.yaml") == same)
      #expect(made.text.contains("URL: https://hooks.example.org/webhook/erp-test\n"))
      #expect(made.text.contains("It shares these secrets: erp.\n"))
      #expect(
        try levelwind("webhook", "duplicate", "erp").text.contains("Made webhooks/erp-copy.yaml"))

      let before = levelwind.snapshot()
      let again = try levelwind("webhook", "duplicate", "erp")
      #expect(again.status == 1)
      #expect(
        again.errors.contains(
          "webhook erp-copy is there already, and nothing was changed: --if-missing leaves it as it is, "
            + "--id IDENTIFIER makes another"))
      let left = try levelwind("webhook", "duplicate", "erp", "--if-missing")
      #expect(left.status == 0 && left.text.contains("webhooks/erp-copy.yaml is there already"))
      #expect(levelwind.snapshot() == before)
      let other = try levelwind("webhook", "duplicate", "erp", "--id", "second", "--json")
      #expect(other.status == 0, "\(other.errors)")
      let members = try JSONSerialization.jsonObject(with: Data(other.output)) as? [String: Any]
      #expect(members?["identifier"] as? String == "second")
      #expect(members?["url"] as? String == "https://hooks.example.org/webhook/second")
      #expect(
        try levelwind.timeless("webhooks/second.yaml")
          == levelwind.timeless("webhooks/erp-copy.yaml"))
      #expect(try levelwind("webhook", "set", "erp", "logging=false").status == 0)
      #expect(try levelwind("webhook", "duplicate", "erp", "--name", "Quiet").status == 0)
      #expect(levelwind.text("webhooks/quiet.yaml").contains("logging: false\n"))
    }
  }

  @Test func `delete wants a yes, keeps the spool, and secrets that others refer to`() throws {
    var files = Self.files
    files["webhooks/other.yaml"] = Self.erp
    files["webhooks/third.yaml"] = Self.erp.replacing("{secret: erp}", with: "{secret: third}")
    files["secrets/third"] = "third"
    try Administration.run(files) { levelwind in
      try levelwind.folder.write("{}", to: "spool/stock/new/1.json")
      let before = levelwind.snapshot()
      let refused = try levelwind("webhook", "delete", "erp")
      #expect(refused.status == 1 && refused.errors.contains("--yes"))
      #expect(levelwind.snapshot() == before)
      let deleted = try levelwind("webhook", "delete", "erp", "--yes", "--delete-secrets")
      #expect(deleted.status == 0, "\(deleted.errors)")
      #expect(
        deleted.text.contains(
          "Deleted webhooks/erp.yaml.\nKept secrets/erp, which others may use.\n"))
      #expect(deleted.text.contains("Its tasks stay in \(levelwind.folder("spool/stock").path).\n"))
      #expect(levelwind.text("secrets/erp") == "s3cr3t-value\n")
      let kept = try levelwind("webhook", "delete", "third", "--yes")
      #expect(kept.text.contains("Kept secrets/third.\n"))
      let gone = try levelwind("webhook", "delete", "other", "--yes", "--delete-secrets")
      #expect(gone.text.hasPrefix("Deleted webhooks/other.yaml, secrets/erp.\n"))
      #expect(levelwind.folder.names(in: "etc/secrets") == ["third"])
      #expect(levelwind.folder.names(in: "spool/stock/new") == ["1.json"])
    }
  }

  @Test func `edit validates before it replaces, and loses nothing`() throws {
    var files = Self.files
    files["webhooks/broken.yaml"] = "nmae: x\n"
    try Administration.run(files) { levelwind in
      func edit(_ editor: String, _ webhook: String = "erp") throws -> Tool.Result {
        try Tool.run(
          "env",
          ["VISUAL=", "EDITOR=\(editor)", "TMPDIR=\(levelwind.folder.path)", Site.levelwind]
            + ["webhook", "edit", webhook, "--config", levelwind.folder("etc").path])
      }
      let changed = try edit("sed -i s/X-Secret/X-Other/")
      #expect(changed.status == 0, "\(changed.errors)")
      #expect(
        levelwind.text("webhooks/erp.yaml") == Self.erp.replacing("X-Secret", with: "X-Other"))
      #expect(try edit("true").text == "Nothing was changed.\n")
      let wrong = try edit("sed -i s/incoming/incomming/")
      #expect(wrong.status == 1)
      #expect(wrong.errors.contains("webhooks/erp.yaml:3:1: incomming: unknown key"))
      #expect(
        levelwind.text("webhooks/erp.yaml") == Self.erp.replacing("X-Secret", with: "X-Other"))
      let draft = try #require(wrong.errors.split(separator: " ").last).trimmingCharacters(
        in: .newlines)
      #expect(try String(contentsOfFile: draft, encoding: .utf8).contains("incomming"))
      #expect(try edit("false").status == 1)
      // Another administrator's change stays, and so does the typed text.
      let file = levelwind.folder("etc/webhooks/erp.yaml").path
      let late = try edit("sed -i s/X-Other/X-Theirs/ \(file); sed -i s/X-Other/X-Ours/")
      #expect(late.status == 1)
      #expect(
        late.errors.contains(
          "webhooks/erp.yaml was changed by someone else at the same time; try again"))
      #expect(late.errors.contains("; your text is in "))
      #expect(
        levelwind.text("webhooks/erp.yaml") == Self.erp.replacing("X-Secret", with: "X-Theirs"))
      // A broken file can be mended, whatever else is wrong.
      let mended = try edit(
        "printf 'incoming: stock\\npre_processors: []\\n' > \"$1\"; true", "broken")
      #expect(mended.status == 0, "\(mended.errors)")
      #expect(levelwind.text("webhooks/broken.yaml") == "incoming: stock\npre_processors: []\n")
    }
  }

  /// Returns a post-processor that signs with this secret, to put before the checks.
  private static func signing(_ secret: String) -> String {
    "post_processors: [{type: http, url: https://a.example/, secrets: [{secret: \(secret)}]}]"
      + #"\npre_processors:"#
  }

  @Test func `edit is held up by errors in what the file refers to, and by no others`() throws {
    var files = Self.files
    files["incoming/audit.yaml"] = "nmae: Audit\n"
    files["incoming/other.yaml"] = "filter: '.['\n"
    files["webhooks/broken.yaml"] = "nmae: x\n"
    files["outgoing-secrets/target"] = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtMTI=\n"
    try Administration.run(files) { levelwind in
      func edit(_ old: String, _ new: String) throws -> Tool.Result {
        try Tool.run(
          "env",
          ["VISUAL=", "EDITOR=sed -i 's|\(old)|\(new)|'", "TMPDIR=\(levelwind.folder.path)"]
            + [Site.levelwind, "webhook", "edit", "erp", "--config", levelwind.folder("etc").path])
      }
      for (old, new, reasons) in [
        (
          "incoming: stock", "incoming: audit",
          ["webhooks/erp.yaml: incoming/audit.yaml is broken", "incoming/audit.yaml:1:1: nmae"]
        ),
        ("secret: erp", "secret: gone", ["secrets/gone does not exist"]),
        ("^pre_processors:", Self.signing("gone"), ["outgoing-secrets/gone does not exist"]),
      ] {
        let refused = try edit(old, new)
        #expect(refused.status == 1, "\(new): \(refused.text)")
        for reason in reasons { #expect(refused.errors.contains(reason), "\(refused.errors)") }
        for other in ["other.yaml", "broken.yaml"] { #expect(!refused.errors.contains(other)) }
        #expect(levelwind.text("webhooks/erp.yaml") == Self.erp)
      }
      let changed = try edit("^pre_processors:", Self.signing("target"))
      #expect(changed.status == 0 && !changed.errors.contains("broken"), "\(changed.errors)")
      #expect(levelwind.text("webhooks/erp.yaml").contains("{secret: target}"))
    }
  }

  @Test func `a change that would not load is refused, and the file stays`() throws {
    var files = Self.files
    files["webhooks/erp.yaml"] = Self.erp.replacing("incoming: stock", with: "incoming: gone")
    try Administration.run(files) { levelwind in
      let before = levelwind.snapshot()
      let refused = try levelwind("webhook", "disable", "erp")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("there is no incoming/gone.yaml"))
      #expect(refused.errors.contains("nothing was changed"))
      #expect(levelwind.snapshot() == before)
    }
  }

  @Test func `a command that is killed leaves the old file or the new one`() throws {
    try Administration.run(Self.files) { levelwind in
      let line = "since 2019\n"
      let whole =
        [Self.erp]
        + ["true", "false"].map {
          Self.erp.replacing(line, with: line + "disabled: \($0)\n")
        }
      var killed = 0
      for round in 0..<40 {
        let child = try Child(
          Site.levelwind,
          ["webhook", round % 2 == 0 ? "disable" : "enable", "erp", "--config"]
            + [levelwind.folder("etc").path], log: levelwind.folder("log"))
        Thread.sleep(forTimeInterval: Double(round) * 0.001)
        child.send(SIGKILL)
        if try #require(child.wait()) < 0 { killed += 1 }
        #expect(whole.contains(levelwind.text("webhooks/erp.yaml")))
      }
      #expect(killed > 0)
      // The remains of a write that was cut short are in nobody's way.
      #expect(try levelwind("check").status == 0)
      #expect(try levelwind("webhook", "list").text.split(separator: "\n").count == 1)
    }
  }
}
