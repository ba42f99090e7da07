import Foundation
import Testing

@testable import Harness

/// A server is lost, and comes back from its backup by the commands of the manual.
@Suite(.needs(.machine, toProve: "that a backup brings a server back")) struct BackupTests {
  private static let new = "/var/spool/levelwind/stock/new"

  @Test func `a backup brings back webhooks, secrets, tasks and what was accepted`() throws {
    let backup = try #require(try Manual.blocks(between: "backup").first)
    let restore = try #require(try Manual.blocks(between: "restore").first)
    try Machine.open { machine in
      try machine.install()
      try machine.startNginx()
      let said = try machine.shell(
        """
        adduser --quiet --system --group --no-create-home erp
        levelwind incoming create Stock --group erp
        levelwind webhook create ERP --incoming stock --delivery-id-header X-Id --replay
        """)
      let shown = said.firstMatch(of: /shown this once.*\n  (\S+)\n/)
      let secret = try #require(shown?.output.1, "\(said)")
      func deliver(_ id: String) throws -> Reply {
        try machine.send(
          "/webhook/erp", "{}", headers: ["X-Webhook-Secret: \(secret)", "X-Id: \(id)"])
      }
      for id in ["a", "b"] { #expect(try deliver(id).status == 200) }
      try until("they are published") { machine.names(in: Self.new).count == 2 }
      let tasks = machine.names(in: Self.new)
      let owner = "stat -c '%U:%G %a' \(Self.new)"
      let before = try machine.shell(owner)
      try machine.shell(backup.text)
      #expect(try deliver("c").status == 200, "it goes on")

      try machine.shell(
        "rm \(Self.new)/*; dpkg --purge levelwind 2>&1; rm -rf /etc/levelwind /var/lib/levelwind")
      try machine.install()
      let checked = try machine.run("bash", "-c", restore.text)
      #expect(checked.status == 0, "\(checked.text)\(checked.errors)")
      #expect(machine.names(in: Self.new) == tasks)
      #expect(try machine.shell(owner) == before)
      try machine.shell("runuser -u erp -- cat \(Self.new)/\(tasks[0])")
      try machine.shell("systemctl reload-or-restart nginx")
      let again = try deliver("a")
      #expect(again.status == 200 && again.json["tasks"] as? Int == 0, "\(again.text)")
      #expect(try deliver("d").status == 200)
      try until("it is published") { machine.names(in: Self.new).count == 3 }
    }
  }
}
