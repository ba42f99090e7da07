import Spooling

/// One metric of `/metrics`: its name, what it tells, and how it is read. The page and the manual's
/// table go over `all`.
struct Metric: Sendable {
  /// A number with the values of the metric's labels, in their order.
  struct Value {
    let number: Double
    let labels: [String]

    init(_ number: some BinaryInteger, _ labels: String...) {
      self.init(Double(number), labels)
    }

    init(_ number: Double, _ labels: String...) { self.init(number, labels) }

    init(_ number: Double, _ labels: [String]) {
      (self.number, self.labels) = (number, labels)
    }
  }

  /// Durations with the values of the metric's labels.
  typealias Durations = (labels: [String], reading: DurationHistogram.Reading)

  let name: String
  let kind: PrometheusText.Kind
  let help: String
  let labels: [String]
  private let add: @Sendable (MetricsPage, Metric, inout PrometheusText) -> Void

  init(
    _ name: String, _ kind: PrometheusText.Kind, _ help: String, labels: [String] = [],
    read: @escaping @Sendable (MetricsPage) -> [Value]
  ) {
    (self.name, self.kind, self.help, self.labels) = (name, kind, help, labels)
    add = { page, metric, text in
      text.add(
        metric.name, metric.kind, metric.help,
        read(page).map { .init(seconds: $0.number, metric.named($0.labels)) })
    }
  }

  init(
    durations name: String, _ help: String, labels: [String] = [],
    read: @escaping @Sendable (MetricsPage) -> [Durations]
  ) {
    (self.name, self.kind, self.help, self.labels) = (name, .histogram, help, labels)
    add = { page, metric, text in
      text.add(
        metric.name, metric.help,
        read(page).map { (labels: metric.named($0.labels), reading: $0.reading) })
    }
  }

  /// Adds the metric as it stands, or nothing where it has no series.
  func add(to text: inout PrometheusText, from page: MetricsPage) { add(page, self, &text) }

  private func named(_ values: [String]) -> [(name: String, value: String)] {
    zip(labels, values).map { (name: $0, value: $1) }
  }
}

extension Metric {
  static let all =
    deliveries + webhooks + tasks + spools + unpublished + postprocessing + relays + requests
    + process
}

/// The table of metrics for the manual, made from the very list that the page is made from.
public enum MetricTable {
  /// In Markdown, a row a metric.
  public static var reference: String {
    let rows = Metric.all.map { metric in
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help) |\n"
    }
    return "| metric | type | labels | what |\n|---|---|---|---|\n" + rows.joined()
  }
}
