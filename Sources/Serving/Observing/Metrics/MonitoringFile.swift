import Bytes

/// Files for programs that watch Levelwind, made from the lists of metrics and alerts.
public enum MonitoringFile: String, CaseIterable, Sendable {
  /// Alerting rules of Prometheus, in YAML.
  case rules
  /// A dashboard of Grafana, in JSON, with a panel for each metric.
  case dashboard

  /// The file.
  public var bytes: [UInt8] {
    switch self {
    case .rules: Self.ruleFile
    case .dashboard: Self.dashboardFile
    }
  }

  private static var ruleFile: [UInt8] {
    var text = """
      # Alerts over Levelwind's metrics, by the limits of `levelwind health`: levelwind-monitoring(7).
      groups:
        - name: levelwind
          rules:

      """
    for rule in AlertRule.all {
      text += """
              - alert: \(rule.name)
                expr: \(quoted(rule.expression))
                for: \(rule.lasting)
                labels: {severity: \(rule.severity.rawValue)}
                annotations:
                  summary: \(quoted(rule.summary))
                  description: "`levelwind health` says more, and what to do."

        """
    }
    return Array(text.utf8)
  }

  /// A text as JSON writes it, which YAML reads as well.
  private static func quoted(_ text: String) -> String {
    String(decoding: JSONFragment.text(text).bytes, as: UTF8.self)
  }

  // MARK: - The dashboard

  private static let groups: [(title: String, metrics: [Metric])] = [
    ("Deliveries", Metric.deliveries), ("Webhooks", Metric.webhooks), ("Tasks", Metric.tasks),
    ("Spools", Metric.spools), ("Acknowledged, and not published yet", Metric.unpublished),
    ("Post-processing", Metric.postprocessing), ("Relays", Metric.relays),
    ("Requests", Metric.requests),
    ("The process", Metric.process),
  ]

  private static var dashboardFile: [UInt8] {
    var panels: [JSONFragment] = []
    var row = 0
    for (title, metrics) in groups {
      panels.append(
        .object([
          ("id", .number(panels.count + 1)), ("type", .text("row")), ("title", .text(title)),
          ("gridPos", position(0, row, 24, 1)),
        ]))
      row += 1
      for (place, metric) in metrics.enumerated() {
        let (x, y) = (place % 2 * 12, row + place / 2 * 8)
        panels.append(panel(metric, number: panels.count + 1, position(x, y, 12, 8)))
      }
      row += (metrics.count + 1) / 2 * 8
    }
    let source = JSONFragment.object([
      ("name", .text("source")), ("label", .text("Prometheus")), ("type", .text("datasource")),
      ("query", .text("prometheus")),
    ])
    let dashboard = JSONFragment.object([
      ("title", .text("Levelwind")), ("uid", .text("levelwind")),
      ("tags", .list([.text("levelwind")])), ("schemaVersion", .number(36)),
      ("refresh", .text("30s")),
      ("time", .object([("from", .text("now-6h")), ("to", .text("now"))])),
      ("templating", .object([("list", .list([source]))])), ("panels", .list(panels)),
    ])
    return dashboard.bytes + [0x0a]
  }

  private static func position(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> JSONFragment {
    .object([("x", .number(x)), ("y", .number(y)), ("w", .number(width)), ("h", .number(height))])
  }

  private static func panel(_ metric: Metric, number: Int, _ position: JSONFragment) -> JSONFragment
  {
    let source = JSONFragment.object([
      ("type", .text("prometheus")), ("uid", .text("${source}")),
    ])
    let target = JSONFragment.object([
      ("refId", .text("A")), ("datasource", source), ("expr", .text(metric.query)),
      ("legendFormat", .text(metric.labels.map { "{{\($0)}}" }.joined(separator: " "))),
    ])
    return .object([
      ("id", .number(number)), ("type", .text("timeseries")), ("title", .text(metric.name)),
      ("description", .text(metric.help)), ("datasource", source), ("gridPos", position),
      (
        "fieldConfig",
        .object([("defaults", .object([("unit", .text(metric.unit))])), ("overrides", .list([]))])
      ),
      ("targets", .list([target])),
    ])
  }
}

extension Metric {
  private var isTime: Bool {
    name.hasSuffix("_timestamp_seconds") || name.hasSuffix("_time_seconds")
  }

  /// What a panel shows of the metric: of a counter its rate, of a histogram the 99th percentile,
  /// of a moment how long ago it is.
  fileprivate var query: String {
    let by = labels.joined(separator: ", ")
    switch kind {
    case .counter: return "sum by (\(by)) (rate(\(name)[5m]))"
    case .histogram:
      let all = (labels + ["le"]).joined(separator: ", ")
      return "histogram_quantile(0.99, sum by (\(all)) (rate(\(name)_bucket[5m])))"
    case .gauge: return isTime ? "time() - (\(name) > 0)" : name
    }
  }

  /// Grafana's name of the unit.
  fileprivate var unit: String {
    switch kind {
    case .counter: name.contains("_bytes") ? "Bps" : "ops"
    case .histogram: "s"
    case .gauge: name.hasSuffix("_bytes") ? "bytes" : name.hasSuffix("_seconds") ? "s" : "short"
    }
  }
}
