import Foundation
import Testing

@testable import Harness

/// `status`, `health` and `check` claim that all is well only if it is.
@Suite(.showingLogs) struct NotWellTests {
  /// Returns the text without the widths of columns and the run time.
  private static func narrow(_ text: String) -> String {
    text.replacing(#/ \d+ s ago/#, with: " 0 s ago").replacing(#/ +/#, with: " ")
  }

  @Test func `wrong usage is 3 for a monitor, and 64 for all others`() throws {
    for arguments in [["--waiting", "many"], ["--nonsense"], ["--oldest", "x"]] {
      let said = try Tool.run(Site.levelwind, ["health"] + arguments)
      #expect(said.status == 3, "\(arguments)")
      #expect(said.text.hasPrefix("LEVELWIND UNKNOWN - "))
      #expect(said.text.split(separator: "\n").count == 1)
    }
    #expect(try Tool.run(Site.levelwind, ["status", "--nonsense"]).status == 64)
    #expect(try Tool.run(Site.levelwind, ["health", "--help"]).status == 0)
  }

  @Test func `after a start, health never says that all is well where it wasn't`() throws {
    try Site.open { site in
      try site.folder.write("", to: "spool/stock/failed/x.json")
      try until("it is a warning") { try site.command("health").status == 1 }
      for _ in 1...3 {
        site.stop()
        try site.start()
        #expect(try site.command("health").text.contains("spool stock: 1 failed task"))
        #expect(try !site.command("status").text.contains("All is well"))
      }
      // The status of an earlier responder is removed.
      site.stop()
      try site.folder.write("{}", to: "state/status/serve.json")
      try site.start()
      let first = try site.command("health")
      #expect([1, 3].contains(first.status), "\(first.text)")
      try until("it is a warning") { try site.command("health").status == 1 }
    }
  }

  @Test func `what is changed on disk and not loaded is named, until it is`() throws {
    try Site.open { site in
      try until("all is well") { try site.command("health").status == 0 }
      try site.folder.write(Sample.webhook("description: other\n"), to: "etc/webhooks/erp.yaml")
      try site.folder.write(Sample.webhook(), to: "etc/webhooks/new.yaml")
      try FileManager.default.removeItem(at: site.folder("etc/webhooks/off.yaml"))
      try site.folder.write("another-secret-altogether\n", to: "etc/secrets/erp")
      let all =
        "changed on disk since it was loaded: secrets/erp, webhooks/erp.yaml, webhooks/new.yaml (new), "
        + "webhooks/off.yaml (gone)"
      #expect(try site.command("status").text.contains(all))
      let health = try site.command("health")
      #expect(health.status == 1)
      #expect(health.text.contains("\(all) [levelwind reload]"))
      let check = try site.command("check")
      #expect(check.status == 0)
      for file in ["secrets/erp", "webhooks/erp.yaml", "webhooks/new.yaml (new)"] {
        #expect(
          check.text.contains(
            "\(file): notice: changed on disk since it was loaded: `levelwind reload`"))
      }
      #expect(try site.command("reload").status == 0)
      #expect(try site.command("health").status == 0)
      #expect(try !site.command("check").text.contains("changed on disk"))
    }
  }

  @Test func `a webhook whose deliveries nothing wants is told`() throws {
    var files = Sample.files
    files["incoming/stock.yaml"] = "filter: .data.body.entity == \"other\"\n"
    try Site.open(files) { site in
      for _ in 1...3 { #expect(try site.deliver().status == 200) }
      try until("it is told") { try site.command("health").status == 1 }
      let status = try site.command("status").text
      #expect(Self.narrow(status).contains("erp active 0 s ago 0 3 0"), "\(status)")
      #expect(
        status.contains(
          "webhook erp (ERP Stock): no filter wanted any of its last 3 deliveries, since "))
      #expect(status.contains("→ levelwind log erp; levelwind incoming show stock"))
      let shown = try site.command("incoming", "show", "stock")
      #expect(shown.text.contains("filter: .data.body.entity == \"other\""))
      #expect(
        try site.get("/metrics").text.contains(
          #"levelwind_deliveries_total{webhook="erp",outcome="unwanted"} 3"#))
      try site.folder.write(
        "filter: .data.body.entity == \"stock\"\n", to: "etc/incoming/stock.yaml")
      #expect(try site.command("reload").status == 0)
      try until("the next ones are waited for") { try site.command("health").status == 0 }
    }
  }

  @Test func `a webhook that waits for its secret says so everywhere, by one word`() throws {
    var files = Sample.files
    files["webhooks/erp.yaml"] = Sample.webhook().replacing(
      "{secret: erp}", with: "{secret: later, pending: true}")
    try Site.open(files) { site in
      #expect(try site.deliver().status == 503)
      #expect(try site.command("webhook", "list").text.contains("erp   waiting "))
      #expect(try site.command("webhook", "show", "erp").text.contains("State: waiting\n"))
      #expect(try site.command("check").text.contains("1 waiting for a secret, 1 disabled"))
      try until("it is told, and the refused delivery shows") {
        try Self.narrow(site.command("status").text).contains("erp waiting never 0 0 1")
      }
      let status = try site.command("status").text
      #expect(try site.command("health").status == 1)
      #expect(status.contains("webhook erp (ERP Stock) waits for its secret and answers 503"))
      #expect(status.contains("→ levelwind webhook secret add erp"))
      #expect(try site.get("/metrics").text.contains(#"levelwind_webhooks{state="waiting"} 1"#))
      #expect(try site.command("webhook", "test", "erp").errors.contains("webhook erp is waiting"))
    }
  }
}
