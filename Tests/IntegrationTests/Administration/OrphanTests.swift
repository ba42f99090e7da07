import Foundation
import Testing

@testable import Harness

/// The remains of a configuration that is gone. `check` names them, and `incoming delete` does so
/// beforehand.
@Suite(.showingLogs) struct OrphanTests {
  private func check(_ site: Site) throws -> String {
    let said = try site.command("check", "--no-machine")
    #expect(said.status == 0, "\(said.text)\(said.errors)")
    return said.text
  }

  @Test func `tasks of an incoming configuration that is gone are named, with their number`() throws
  {
    try Site.open { site in
      #expect(try site.post("/webhook/both", [], headers: Sample.genuine).status == 200)
      #expect(site.tasks("audit").count == 1)
      try site.folder.write("", to: "spool/audit/failed/x.json")
      #expect(try !check(site).contains("spool/audit"))
      try site.folder.write(Sample.webhook(), to: "etc/webhooks/both.yaml")
      let deleted = try site.command("incoming", "delete", "audit", "--yes")
      #expect(deleted.status == 0)
      #expect(deleted.text.contains("Its spool stays, with 1 new, 1 failed in it: "))
      let words = "spool/audit: warning: 1 new, 1 failed, and there is no incoming/audit.yaml"
      #expect(try check(site).contains(words))
      // Both remedies work.
      let listed = try site.command("task", "list", "audit")
      #expect(listed.status == 0 && listed.text.contains("  new "), "\(listed.text)")
      #expect(try site.command("incoming", "create", "audit").status == 0)
      #expect(try !check(site).contains("there is no incoming/audit.yaml"))
    }
  }

  @Test func `a spool whose file is broken, or which is empty, isn't an orphan`() throws {
    try Site.open { site in
      #expect(try site.deliver().status == 200)
      #expect(site.tasks("stock").count == 1)
      try site.folder.write("filter: '.['\n", to: "etc/incoming/stock.yaml")
      #expect(try !site.command("check", "--no-machine").text.contains("there is no incoming"))
      try FileManager.default.createDirectory(
        at: site.folder("spool/empty/new"), withIntermediateDirectories: true)
      #expect(try !site.command("check", "--no-machine").text.contains("spool/empty"))
    }
  }

  @Test func `secrets that no webhook uses are named`() throws {
    var files = Sample.files
    files["secrets/old"] = "a-secret-that-was-used-once\n"
    files["secrets/by-path"] = "a-secret-that-is-used\n"
    files["webhooks/path.yaml"] = Sample.webhook().replacing(
      "{secret: erp}", with: "{file: secrets/by-path}")
    try Site.open(files) { site in
      let text = try check(site)
      #expect(text.contains("secrets/old: notice: no webhook uses it; if none will: `rm "))
      #expect(!text.contains("secrets/erp: notice") && !text.contains("secrets/by-path: notice"))
      #expect(!text.contains("was-used-once"))
      // A webhook that can't be read may be the one that uses the secret.
      try site.folder.write("name: [\n", to: "etc/webhooks/both.yaml")
      #expect(try !site.command("check", "--no-machine").text.contains("no webhook uses it"))
    }
  }
}
