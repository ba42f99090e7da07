import Foundation
import Testing

@testable import Harness

/// What an archive has of secrets, and what reaches beyond the configuration.
extension ImportTests {
  @Test func `secrets come over encrypted, and gpg reads them without us`() throws {
    let literal = "webhooks/text.yaml"
    let more = [
      literal: """
      name: Text
      incoming: audit
      pre_processors:
        - {type: header, name: X-A, secrets: [{literal: \(Self.secret)}]}

      """
    ]
    try run(from: Self.stage.merging(more) { $1 }) { stage, production, files in
      let refused = try stage("webhook", "export", "text")
      #expect(refused.status == 1 && refused.output.isEmpty)
      #expect(refused.errors.contains("\(literal) has a secret in its text"), "\(refused.errors)")
      let archive = try export(stage, files, ["shop", "text"], sealed: true)
      #expect(try !String(decoding: files.bytes("shop.tar"), as: UTF8.self).contains(Self.secret))
      let message = try Tool.run("tar", ["-xOf", archive, "secrets.tar.gpg"]).output
      let opened = try Tool.run(
        "gpg",
        [
          "--homedir", files.path, "--batch", "--pinentry-mode", "loopback", "--passphrase-file",
          files("passphrase").path, "--no-autostart", "--decrypt",
        ], input: message)
      try files.write(opened.output, to: "secrets.tar")
      let listed = try Tool.run("tar", ["-tf", files("secrets.tar").path]).text
      #expect(listed == "webhooks/text.yaml\nsecrets/shop\n", "\(listed)\(opened.errors)")
      try files.write("something else\n", to: "wrong")
      let before = production.snapshot()
      for more in [["--passphrase-file", files("wrong").path], []] {
        let said = try production(["webhook", "import", archive, "--yes"] + more)
        #expect(said.status == 1 && production.snapshot() == before, "\(said.errors)")
      }
      let done = try production(
        "webhook", "import", archive, "--yes", "--allow-guarded", "--passphrase-file",
        files("passphrase").path)
      #expect(done.status == 0, "\(done.errors)")
      #expect(!(done.text + done.errors).contains(Self.secret))
      #expect(production.text("secrets/shop") == Self.secret + "\n")
      #expect(try production.mode("secrets/shop").mode == 0o640)
      #expect(production.text(literal).contains(Self.secret))
      #expect(!production.text("webhooks/shop.yaml").contains("pending"))
      // One byte of the message, and of the whole archive.
      var changed = message
      changed[message.count / 2] ^= 1
      try files.write(changed, to: "packed/secrets.tar.gpg")
      let hostile = try pack(["webhooks/shop.yaml": "name: A\n"], files)
      _ = try Tool.run(
        "tar", ["-rf", hostile, "--format=ustar", "-C", files("packed").path, "secrets.tar.gpg"])
      let said = try production(
        "webhook", "import", hostile, "--yes", "--passphrase-file", files("passphrase").path)
      #expect(said.status == 1 && said.errors.contains("can't be decrypted"), "\(said.errors)")
    }
  }

  @Test func `a short passphrase is refused, and so is one without secrets to protect`() throws {
    try run { stage, _, files in
      try files.write("short\n", to: "passphrase")
      let file = files("passphrase").path
      let short = try stage(
        "webhook", "export", "shop", "--with-secrets", "--passphrase-file", file)
      #expect(short.status == 1 && short.output.isEmpty && short.errors.contains("12 bytes"))
      let without = try stage("webhook", "export", "shop", "--with-secrets")
      #expect(without.status == 1 && without.output.isEmpty)
      let useless = try stage("webhook", "export", "shop", "--passphrase-file", file)
      #expect(useless.status == 64)
    }
  }

  @Test func `a program of another server runs only if the import is told so`() throws {
    let stage = [
      "incoming/audit.yaml": "name: Audit\n",
      "webhooks/run.yaml": """
      name: Run
      incoming: audit
      pre_processors: []
      post_processors:
        - {type: exec, command: [/usr/local/bin/theirs]}

      """,
    ]
    try run(from: stage) { stage, production, files in
      let archive = try export(stage, files, ["run"])
      let before = production.snapshot()
      let said = try production("webhook", "import", archive, "--yes")
      #expect(said.status == 1 && production.snapshot() == before)
      #expect(
        said.text.contains(
          "guarded  webhooks/run.yaml: post_processors[0] reaches beyond the configuration"),
        "\(said.text)")
      #expect(said.errors.contains("--allow-guarded"))
      #expect(try production("webhook", "import", archive, "--yes", "--allow-guarded").status == 0)
      // What is there already isn't new.
      let again = try production("webhook", "import", archive, "--plan")
      #expect(!again.text.contains("guarded"))
    }
  }

  @Test func `what is sent to other servers has to be there, or in the archive`() throws {
    let stage = [
      "incoming/audit.yaml": "name: Audit\n", "outgoing-secrets/chat": "https://chat.example/x\n",
      "webhooks/tell.yaml": """
      name: Tell
      incoming: audit
      pre_processors: []
      post_processors:
        - {type: http, url_secret: {secret: chat}}

      """,
    ]
    try run(from: stage) { stage, production, files in
      let before = production.snapshot()
      let said = try production(
        "webhook", "import", try export(stage, files, ["tell"]), "--yes")
      #expect(said.status == 1 && production.snapshot() == before)
      #expect(said.errors.contains("needs outgoing-secrets/chat, which isn't there"))
      let done = try production(
        "webhook", "import", try export(stage, files, ["tell"], sealed: true), "--yes",
        "--passphrase-file", files("passphrase").path)
      #expect(done.status == 0, "\(done.errors)")
      #expect(try production.mode("outgoing-secrets/chat").mode == 0o640)
    }
  }
}
