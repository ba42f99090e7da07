import Foundation
import Testing

@testable import Harness
@testable import Serving

/// The files for Prometheus and Grafana, read by Prometheus itself.
@Suite(.showingLogs) struct MonitoringTests {
  private static func rules(in folder: Folder) throws {
    let made = try Tool.run(Site.levelwind, ["reference", "--monitoring", "rules"])
    try folder.write(made.output, to: "levelwind.rules.yml")
  }

  /// The queries of the dashboard's panels.
  private static func queries() throws -> [String] {
    struct Dashboard: Decodable {
      struct Panel: Decodable {
        struct Target: Decodable { let expr: String }
        let id: Int
        let targets: [Target]?
      }
      let panels: [Panel]
    }
    let made = try Tool.run(Site.levelwind, ["reference", "--monitoring", "dashboard"])
    let panels = try JSONDecoder().decode(Dashboard.self, from: Data(made.output)).panels
    #expect(Set(panels.map(\.id)).count == panels.count)
    return panels.flatMap { $0.targets ?? [] }.map(\.expr)
  }

  @Test func `rules and panels read metrics that there are, and every metric has a panel`() throws {
    let known = Set(Metric.all.map(\.name))
    let panels = try Self.queries()
    for query in panels + AlertRule.all.map(\.expression) {
      let names = query.matches(of: /levelwind_[a-z_]+/).map { String($0.output) }
      for name in names {
        let metric = name.hasSuffix("_bucket") ? String(name.dropLast(7)) : name
        #expect(known.contains(metric), "\(query)")
      }
    }
    for name in known { #expect(panels.contains { $0.contains(name) }, "\(name)") }
    #expect(Set(AlertRule.all.map(\.name)).count == AlertRule.all.count)
  }

  @Test func `promtool accepts the rules, and they fire`() throws {
    let folder = try Folder(named: "rules")
    defer { folder.remove() }
    try Self.rules(in: folder)
    let checked = try Tool.run("promtool", ["check", "rules", folder("levelwind.rules.yml").path])
    #expect(checked.status == 0, "\(checked.text)\(checked.errors)")
    #expect(checked.text.contains("\(AlertRule.all.count) rules found"))
    let cases: [(series: String, values: String, alert: String)] = [
      ("levelwind_write_ahead_log_in_use", "0x10", "LevelwindLogClosed"),
      (
        #"levelwind_spool_oldest_task_age_seconds{incoming="stock"}"#, "7200x10",
        "LevelwindImporterBehind"
      ),
      (#"levelwind_spool_tasks{incoming="stock",place="failed"}"#, "1x10", "LevelwindTasksFailed"),
      (
        #"levelwind_webhook_refused_since_timestamp_seconds{webhook="erp"}"#, "1x10",
        "LevelwindSenderRefused"
      ),
      (
        #"levelwind_deliveries_total{webhook="erp",outcome="unavailable"}"#, "0+5x10",
        "LevelwindDeliveriesUnavailable"
      ),
      (
        #"levelwind_unpublished_oldest_age_seconds{incoming="stock"}"#, "90x10",
        "LevelwindUnpublishedLong"
      ),
      (#"levelwind_history_lost_total{reason="queue"}"#, "0+5x10", "LevelwindHistoryLost"),
      ("up", "1x10", "LevelwindAbsent"),
    ]
    for one in cases {
      try folder.write(
        """
        rule_files: [levelwind.rules.yml]
        evaluation_interval: 1m
        tests:
          - interval: 1m
            input_series:
              - {series: '\(one.series)', values: '\(one.values)'}
            promql_expr_test:
              - expr: count(ALERTS{alertname="\(one.alert)",alertstate="firing"})
                eval_time: 10m
                exp_samples: [{labels: '{}', value: 1}]
        """, to: "test.yml")
      let tested = try Tool.run("promtool", ["test", "rules", folder("test.yml").path])
      #expect(tested.status == 0, "\(one.alert): \(tested.text)\(tested.errors)")
    }
  }

  @Test func `a Prometheus that asks the responder answers every query`() throws {
    try Site.open { site in
      #expect(try site.deliver("12345").status == 200)
      try Self.rules(in: site.folder)
      let port = try freePort()
      try site.folder.write(
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [levelwind.rules.yml]
        scrape_configs:
          - job_name: levelwind
            scheme: https
            tls_config: {insecure_skip_verify: true}
            static_configs: [{targets: ["localhost:\(site.port)"]}]
        """, to: "prometheus.yml")
      let prometheus = try Child(
        "prometheus",
        [
          "--config.file=\(site.folder("prometheus.yml").path)",
          "--storage.tsdb.path=\(site.folder("prometheus").path)",
          "--web.listen-address=127.0.0.1:\(port)",
        ], log: site.folder("log/prometheus.log"))
      defer { prometheus.stop() }
      func ask(_ path: String, _ query: String? = nil) throws -> String {
        let data = query.map { ["--get", "--data-urlencode", "query=\($0)"] } ?? []
        return try Tool.run(
          "curl", ["--silent", "--max-time", "20"] + data + ["http://127.0.0.1:\(port)\(path)"]
        ).text
      }
      try until("Prometheus has asked") {
        try ask("/api/v1/query", "levelwind_build_info").contains("\"version\":")
      }
      for query in try Self.queries() {
        #expect(try ask("/api/v1/query", query).hasPrefix("{\"status\":\"success\""), "\(query)")
      }
      try until("the rules are evaluated") {
        let rules = try ask("/api/v1/rules")
        return !rules.contains("\"health\":\"unknown\"") && rules.contains("LevelwindAbsent")
      }
      #expect(try !ask("/api/v1/rules").contains("\"health\":\"err\""))
      #expect(try !ask("/api/v1/alerts").contains("\"state\":\"firing\""))
    }
  }
}
