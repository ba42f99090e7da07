import Foundation
import Testing

@testable import Harness

/// Configuration that changes, and configuration that is wrong.
@Suite(.showingLogs) struct ReloadTests {
  @Test func `SIGHUP loads what is good, and keeps the last good version of the rest`() throws {
    try Site.open { site in
      try site.folder.write("name: ERP\nincomming: stock\n", to: "etc/webhooks/erp.yaml")
      try site.folder.write(
        "name: New\nincoming: audit\npre_processors: []\n", to: "etc/webhooks/new.yaml")
      try site.folder.write(Sample.webhook(), to: "etc/webhooks/off.yaml")
      site.responder?.send(SIGHUP)
      try until("the new webhook is there") {
        try site.post("/webhook/new", Array("1".utf8)).status == 200
      }
      #expect(try site.deliver().status == 200)
      #expect(try site.post("/webhook/off", [], headers: Sample.genuine).status == 200)
      #expect(try site.post("/webhook/erp", []).status == 401)
      try until("it is in the log") {
        site.folder.text("log/responder.log").contains("incomming")
      }
    }
  }

  @Test func `reload prints what was refused and exits 1, or 0 when all is well`() throws {
    try Site.open { site in
      #expect(try site.command("reload").status == 0)
      try site.folder.write("name: ERP\nincomming: stock\n", to: "etc/webhooks/erp.yaml")
      let refused = try site.command("reload")
      #expect(refused.status == 1)
      for part in ["webhooks/erp.yaml", "incomming", "incoming"] {
        #expect((refused.text + refused.errors).contains(part))
      }
      #expect(try site.deliver().status == 200)
      try site.folder.write(Sample.webhook(), to: "etc/webhooks/erp.yaml")
      #expect(try site.command("reload").status == 0)
      #expect(try site.deliver().status == 200)
    }
  }

  @Test func `check prints every problem and exits 1`() throws {
    try Site.open { site in
      #expect(try site.command("check").status == 0)
      try site.folder.write("name: ERP\nincomming: stock\n", to: "etc/webhooks/erp.yaml")
      try site.folder.write("name: [\n", to: "etc/incoming/audit.yaml")
      let checked = try site.command("check")
      #expect(checked.status == 1)
      for part in ["webhooks/erp.yaml", ":2", "incomming", "pre_processors", "audit.yaml"] {
        #expect((checked.text + checked.errors).contains(part), "\(part)")
      }
    }
  }

  @Test func `a new secret counts from the reload on, an old one no longer`() throws {
    try Site.open { site in
      try site.folder.write("another secret\n", to: "etc/secrets/erp")
      #expect(try site.deliver().status == 200)
      #expect(try site.command("reload").status == 0)
      #expect(try site.deliver().status == 401)
      let headers = ["X-Webhook-Secret: another secret"]
      #expect(try site.post("/webhook/erp", [], headers: headers).status == 200)
    }
  }

  @Test func `a webhook whose file is gone is unknown from the reload on`() throws {
    try Site.open { site in
      try #require(try site.deliver().status == 200)
      _ = try Tool.run("rm", [site.folder("etc/webhooks/erp.yaml").path])
      #expect(try site.command("reload").status == 0)
      #expect(try site.deliver().status == 404)
    }
  }

  @Test func `a file that is broken at start answers 503 for its webhooks alone`() throws {
    var files = Sample.files
    files["webhooks/broken.yaml"] = "name: Broken\nincoming: nowhere\npre_processors: []\n"
    files["webhooks/unreadable.yaml"] = "name: [\n"
    files["incoming/audit.yaml"] = "nmae: Audit\n"
    try Site.open(files) { site in
      for identifier in ["broken", "unreadable", "both"] {
        let reply = try site.post("/webhook/\(identifier)", [], headers: Sample.genuine)
        #expect(reply.status == 503, "\(identifier)")
        #expect(reply["retry-after"] != nil, "\(identifier)")
        #expect(reply["content-type"] == "application/problem+json", "\(identifier)")
        #expect(isUUID(reply.json["delivery"]), "\(identifier)")
      }
      #expect(site.stored() == [])
      #expect(try site.deliver().status == 200)
      try site.folder.write(
        "name: Mended\nincoming: stock\npre_processors: []\n", to: "etc/webhooks/broken.yaml")
      #expect(try site.command("reload").status == 1)
      #expect(try site.post("/webhook/broken", []).status == 200)
    }
  }
}
