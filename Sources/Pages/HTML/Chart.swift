import AdministrationMessages
import Bytes
import FoundationEssentials

/// Charts as SVG, each with its figures as a table for those who don't see them.
enum Chart {
  private static let verdicts: [(name: String, count: KeyPath<WebhookShown.Hour, Int> & Sendable)] =
    [
      ("accepted", \.accepted), ("unwanted", \.unwanted), ("refused", \.refused),
      ("unavailable", \.unavailable),
    ]

  /// The deliveries of the last day, a bar an hour, with a part for each verdict.
  static func deliveries(_ hours: [WebhookShown.Hour]) -> HTML {
    let (width, height) = (720, 140)
    let sums = hours.map { hour in verdicts.reduce(0) { $0 + hour[keyPath: $1.count] } }
    let most = max(1, sums.max() ?? 0)
    let step = width / max(1, hours.count)
    var bars: HTML = ""
    for (place, hour) in hours.enumerated() {
      var top = height
      for (series, verdict) in verdicts.enumerated() {
        let count = hour[keyPath: verdict.count]
        guard count > 0 else { continue }
        // A single delivery among thousands is still seen.
        let part = max(1, count * height / most)
        top = max(0, top - part)
        bars += bar(place * step, top, step - 4, part, series)
      }
    }
    let legend = verdicts.enumerated().map { series, verdict -> HTML in
      let x = series * 130
      return """
        \(bar(x, height + 26, 12, 12, series))<text x="\(x + 18)" y="\(height + 37)">\(verdict.name)</text>
        """
    }
    let first = hours.first.map { LocalTime.current.text($0.start).prefix(16) } ?? ""
    let total = sums.reduce(0, +)
    return """
      <h3>The last 24 hours</h3>
      <svg class="chart" viewBox="0 0 \(width) \(height + 44)" role="img" \
      aria-label="\(total.grouped) deliveries in the last 24 hours, at most \(most.grouped) in one of them">
      \(bars)<line class="axis" x1="0" y1="\(height)" x2="\(width)" y2="\(height)"/>
      <text x="0" y="\(height + 16)">\(String(first))</text>
      <text x="\(width)" y="\(height + 16)" text-anchor="end">now</text>
      <text x="0" y="12">\(most.grouped)</text>
      \(legend)
      </svg>
      <details><summary>The figures</summary>
      \(Parts.table("Deliveries by hour", columns, rows(hours)))</details>

      """
  }

  private static func bar(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ series: Int) -> HTML {
    """
    <rect class="s\(series)" x="\(x)" y="\(y)" width="\(width)" height="\(height)"/>
    """
  }

  private static var columns: [Parts.Column] {
    [.init("Hour from")] + verdicts.map { .init($0.name, isNumber: true) }
  }

  private static func rows(_ hours: [WebhookShown.Hour]) -> [[HTML]] {
    hours.filter { hour in verdicts.contains { hour[keyPath: $0.count] > 0 } }.map { hour in
      ["\(time: hour.start)"] + verdicts.map { "\(hour[keyPath: $0.count].grouped)" }
    }
  }
}
