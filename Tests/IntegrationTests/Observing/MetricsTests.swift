import Foundation
import Testing

@testable import Harness

/// `/metrics` and `/healthz`, through nginx.
@Suite(.showingLogs) struct MetricsTests {
  /// Returns the series of a metric: the value by labels, which may be empty.
  private func series(_ name: String, in text: String) -> [String: Double] {
    text.split(separator: "\n").reduce(into: [:]) { all, line in
      guard line.hasPrefix(name), let space = line.lastIndex(of: " ") else { return }
      let labels = line[..<space].dropFirst(name.count)
      guard labels.isEmpty || labels.hasPrefix("{") else { return }
      all[String(labels)] = Double(line[line.index(after: space)...])
    }
  }

  private func scrape(_ site: Site) throws -> String {
    let reply = try site.get("/metrics")
    #expect(reply.status == 200)
    #expect(reply["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    return reply.text
  }

  @Test func `promtool accepts the metrics, and they count what came`() throws {
    try Site.open { site in
      #expect(try site.deliver("12345").status == 200)
      #expect(
        try site.post("/webhook/both", Array("1".utf8), headers: Sample.genuine).status == 200)
      #expect(try site.post("/webhook/erp", []).status == 401)
      try site.folder.write("", to: "spool/stock/failed/x.json")
      var text = ""
      try until("the spools are looked into") {
        text = try scrape(site)
        let failed = series("levelwind_spool_tasks", in: text)[
          #"{incoming="stock",place="failed"}"#]
        return failed == 1
      }
      let checked = try Tool.run("promtool", ["check", "metrics"], input: Array(text.utf8))
      #expect(checked.status == 0, "\(checked.text)\(checked.errors)")
      #expect(checked.text + checked.errors == "")

      let deliveries = series("levelwind_deliveries_total", in: text)
      #expect(deliveries[#"{webhook="erp",outcome="accepted"}"#] == 1)
      #expect(deliveries[#"{webhook="erp",outcome="refused"}"#] == 1)
      #expect(deliveries[#"{webhook="both",outcome="accepted"}"#] == 1)
      #expect(series("levelwind_tasks_total", in: text)[#"{incoming="stock"}"#] == 2)
      #expect(series("levelwind_tasks_total", in: text)[#"{incoming="audit"}"#] == 1)
      #expect(series("levelwind_delivery_bytes_total", in: text)[#"{webhook="erp"}"#] == 5)
      #expect(
        series("levelwind_delivery_duration_seconds_count", in: text)[#"{webhook="erp"}"#] == 2)
      #expect(try #require(series("levelwind_log_flush_duration_seconds_count", in: text)[""]) >= 1)
      #expect(series("levelwind_threads", in: text)[""] == 64)
      #expect(try #require(series("levelwind_threads_busy", in: text)[""]) >= 1)
      #expect(series("levelwind_configuration_errors", in: text)[""] == 0)
      #expect(series("levelwind_last_reload_success", in: text)[""] == 1)
      for name in [
        "levelwind_inflight_bytes", "levelwind_log_entries_dropped_total", "levelwind_build_info",
        "levelwind_spool_oldest_task_age_seconds", "levelwind_write_ahead_log_in_use",
      ] { #expect(!series(name, in: text).isEmpty, "\(name)") }
      #expect(!text.contains(Sample.secret))
    }
  }

  @Test func `what goes wrong between the web server and us is counted`() throws {
    try Site.open { site in
      // This peer closes its connection in the middle of a record.
      do { try FastCGIClient(path: site.socket).send([1]) }
      var text = ""
      try until("it is counted") {
        text = try scrape(site)
        return series("levelwind_protocol_errors_total", in: text)[""] == 1
      }
      #expect(try #require(series("levelwind_connections", in: text)[""]) >= 1)
      for name in ["refused_connections", "accept_errors", "lost_answers"] {
        #expect(series("levelwind_\(name)_total", in: text)[""] == 0, "\(name)")
      }
    }
  }

  @Test func `unknown paths make no series, whatever they are`() throws {
    try Site.open { site in
      func names(_ text: String) -> Set<Substring> {
        Set(text.split(separator: "\n").map { $0[..<($0.lastIndex(of: " ") ?? $0.startIndex)] })
      }
      #expect(try site.deliver().status == 200)
      var before = ""
      try until("the spools are looked into, and the delivery shows") {
        before = try scrape(site)
        return before.contains("levelwind_spool_bytes{incoming=\"audit\"}")
          && before.contains("levelwind_webhook_last_delivery_timestamp_seconds{")
      }
      let config = (1...200).map { number in
        "url = https://localhost:\(site.port)/webhook/x-\(number)\noutput = /dev/null\n"
      }.joined()
      _ = try Tool.run(
        "curl", ["--silent", "--insecure", "--config", "-"], input: Array(config.utf8))
      _ = try site.post("/webhook/erp/%22%0a", [])
      _ = try site.post("/webhook/erp", [], headers: ["X-Webhook-Secret: \u{22}x\u{22}"])
      let after = try scrape(site)
      #expect(names(after).subtracting(names(before)).isEmpty)
      #expect(series("levelwind_unknown_requests_total", in: after)[""] == 201)
    }
  }

  @Test func `metrics and health are for the addresses that nginx was told`() throws {
    try Site.open { site in
      for path in ["/metrics", "/healthz"] {
        let denied = try site.get(path, options: ["--interface", "127.0.0.2"])
        #expect(denied.status == 403, "\(path)")
        #expect(try site.post(path, []).status == 405, "\(path)")
        #expect(try site.get(path + "/x").status == 404, "\(path)")
      }
    }
  }

  @Test func `healthz says ok, or in a word what is critical, and never a name`() throws {
    try Site.open { site in
      let well = try site.get("/healthz")
      #expect(well.status == 200)
      #expect(well.text == "ok\n")
      let settings = site.folder.text("etc/levelwind.yaml")
      try site.folder.write(
        settings.replacing("min_free: 1MiB", with: "min_free: 1125899906842624"),
        to: "etc/levelwind.yaml")
      try site.folder.write("name: [\n", to: "etc/webhooks/erp.yaml")
      #expect(try site.command("reload").status == 1)
      #expect(try site.deliver().status == 503)
      let ill = try site.get("/healthz")
      #expect(ill.status == 503)
      #expect(ill["content-type"] == "application/problem+json")
      // The spool is a reason, too, once the status has the refused delivery.
      let reasons = try #require(ill.json["reasons"] as? [String])
      #expect(reasons.contains("disk") && Set(reasons).isSubset(of: ["disk", "spool"]))
      #expect(!ill.text.contains("erp") && !ill.text.contains(site.folder.path))
      let text = try scrape(site)
      #expect(series("levelwind_last_reload_success", in: text)[""] == 0)
      #expect(series("levelwind_configuration_errors", in: text)[""] == 1)
      let unavailable = series("levelwind_deliveries_total", in: text)
      #expect(unavailable[#"{webhook="erp",outcome="unavailable"}"#] == 1)
    }
  }
}
