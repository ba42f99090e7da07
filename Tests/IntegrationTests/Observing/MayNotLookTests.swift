import Foundation
import Testing

@testable import Harness

/// The answers of commands to a user without permission. They say so, and never that something is
/// broken or missing.
@Suite(.showingLogs, .enabled(if: geteuid() == 0, "running as another user takes root"))
struct MayNotLookTests {
  /// Opens a running site. Its files have the modes of the package, and everybody may read
  /// `levelwind.yaml`.
  private func open(_ test: (Site) throws -> Void) throws {
    try Site.open { site in
      for path in ["etc/secrets", "state/status", "state/refused", "state/lock"] {
        try? FileManager.default.setAttributes(
          [.posixPermissions: 0o750], ofItemAtPath: site.folder(path).path)
      }
      try FileManager.default.createDirectory(
        at: site.folder("state/refused"), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o750])
      for path in [".", "etc", "state"] {
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o755], ofItemAtPath: site.folder(path).path)
      }
      // The program is copied to where other users may run it.
      try FileManager.default.copyItem(
        atPath: Site.levelwind, toPath: site.folder("levelwind").path)
      try test(site)
    }
  }

  /// Runs the command as user nobody.
  private func run(_ site: Site, _ arguments: [String]) throws -> Tool.Result {
    try Tool.run(
      "setpriv",
      ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
        + [site.folder("levelwind").path] + arguments + ["--config", site.configuration])
  }

  @Test func `no command says untruths of what it may not see`() throws {
    try open { site in
      for arguments in [
        ["status"], ["webhook", "list"], ["webhook", "show", "erp"], ["webhook", "test", "erp"],
        ["webhook", "secret", "list", "erp"], ["reload"], ["delivery", "list"], ["check"],
      ] {
        let said = try run(site, arguments)
        #expect(said.status == 1, "\(arguments): \(said.text)\(said.errors)")
        #expect(
          said.errors.contains("user nobody may not look into "), "\(arguments): \(said.errors)")
        #expect(said.errors.contains("run this as root"))
        for untruth in ["broken", "not running", "no responder", "All is well"] {
          #expect(!(said.text + said.errors).contains(untruth), "\(arguments)")
        }
      }
      let log = try run(site, ["log"])
      #expect(log.status == 1)
      #expect(log.errors.contains("journal"))
      #expect(!log.text.contains("TIME"))
      // Commands that need no secret still work.
      #expect(try run(site, ["webhook", "url", "erp"]).text.contains("/webhook/erp"))
      #expect(try run(site, ["incoming", "list"]).text.contains("stock"))
    }
  }

  @Test func `the manual's line of sudoers lets a monitor ask for health, and for nothing else`()
    throws
  {
    try open { site in
      let health = "\(site.folder("levelwind").path) health --config \(site.configuration)"
      // This site's responder runs as root.
      let rule = try #require(Manual.blocks(between: "monitor").first?.text)
        .replacing("nagios ", with: "nobody ").replacing("(levelwind)", with: "(root)")
        .replacing("/usr/bin/levelwind health", with: health)
      func ask(_ command: String) throws -> Tool.Result {
        try Tool.run(
          "unshare",
          [
            "--mount", "sh", "-ec",
            """
            mount -t tmpfs -o mode=0755 levelwind /etc/sudoers.d
            printf '%s' "$1" >/etc/sudoers.d/levelwind
            chmod 0440 /etc/sudoers.d/levelwind
            exec setpriv --reuid nobody --regid nogroup --clear-groups sudo -n -u root $2
            """, "sh", rule, command,
          ])
      }
      try until("all is well") { try site.command("health").status == 0 }
      let well = try ask(health)
      #expect(well.status == 0, "\(well.errors)")
      #expect(well.text.hasPrefix("LEVELWIND OK - "))
      for other in [
        "\(health) --waiting 1", health.replacing(" health ", with: " status "), "cat /etc/shadow",
      ] {
        let refused = try ask(other)
        #expect(refused.status == 1 && refused.errors.contains("password is required"), "\(other)")
      }
    }
  }

  @Test func `health is unknown to a monitor that may not look, and known to the owner's user`()
    throws
  {
    try open { site in
      let blind = try run(site, ["health"])
      #expect(blind.status == 3)
      #expect(blind.text.hasPrefix("LEVELWIND UNKNOWN - user nobody may not look into "))
      #expect(!blind.text.contains("|"))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: site.folder("etc/levelwind.yaml").path)
      #expect(try run(site, ["health"]).status == 3)
      try until("all is well") { try site.command("health").status == 0 }
    }
  }
}
