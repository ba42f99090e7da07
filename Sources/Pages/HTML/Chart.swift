import AdministrationMessages
import Bytes
import FoundationEssentials

/// Charts as SVG, each with its figures as a table for those who don't see them.
enum Chart {
  private static let (width, height) = (720, 140)
  private static let verdicts: [(name: String, count: KeyPath<WebhookShown.Hour, Int> & Sendable)] =
    [
      ("accepted", \.accepted), ("unwanted", \.unwanted), ("refused", \.refused),
      ("unavailable", \.unavailable),
    ]

  /// The deliveries of the last day, a bar an hour, with a part for each verdict.
  static func deliveries(_ hours: [WebhookShown.Hour]) -> HTML {
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
    let first = hours.first.map { LocalTime.current.text($0.start).prefix(16) } ?? ""
    let total = sums.reduce(0, +)
    return """
      <h3>The last 24 hours</h3>
      \(drawing(
        "\(total.grouped) deliveries in the last 24 hours, at most \(most.grouped) in one of them",
        bars, most: most.grouped, from: String(first), to: "now", verdicts.map(\.name)))\
      <details><summary>The figures</summary>
      \(Parts.table("Deliveries by hour", columns, rows(hours)))</details>

      """
  }

  /// How long answers took, a bar an hour: the middle one in front of the slowest of a hundred.
  static func times(_ hours: [WebhookShown.Hour]) -> HTML {
    let hours = hours.map { ($0.start, usual: $0.usualTime, slow: $0.slowTime) }
    let most = hours.map(\.slow).max() ?? 0
    guard most > 0 else { return "" }
    let step = width / hours.count
    var bars: HTML = ""
    for (place, hour) in hours.enumerated() where hour.slow > 0 {
      for (series, time) in [(1, hour.slow), (0, hour.usual)] {
        let part = max(1, time * height / most)
        bars += bar(place * step, height - part, step - 4, part, series)
      }
    }
    let first = hours.first.map { LocalTime.current.text($0.0).prefix(16) } ?? ""
    let rows = hours.filter { $0.slow > 0 }.map { hour -> [HTML] in
      ["\(time: hour.0)", "\(hour.usual.milliseconds)", "\(hour.slow.milliseconds)"]
    }
    return """
      <h3>How long answers took</h3>
      \(drawing(
        "The slowest of a hundred answers took \(most.milliseconds) in the slowest hour", bars,
        most: most.milliseconds, from: String(first), to: "now",
        ["the middle one", "the slowest of 100"]))\
      <details><summary>The figures</summary>
      \(Parts.table(
        "Time from arrival to answer",
        [
          .init("Hour from"), .init("Middle", isNumber: true),
          .init("Slowest of 100", isNumber: true),
        ], rows))</details>

      """
  }

  /// How long tasks have waited; nothing without any.
  static func ages(_ ages: [TasksShown.Age]) -> HTML {
    let most = ages.map(\.count).max() ?? 0
    guard most > 0 else { return "" }
    let step = width / ages.count
    var bars: HTML = ""
    for (place, age) in ages.enumerated() where age.count > 0 {
      let part = max(1, age.count * height / most)
      bars += bar(place * step, height - part, step - 4, part, place < 3 ? 0 : place < 5 ? 2 : 3)
    }
    let total = ages.reduce(0) { $0 + $1.count }
    return """
      <h2>How long tasks have waited</h2>
      \(drawing(
        "\(total.counted("task")) wait for an importer or their next attempt", bars,
        most: most.grouped, from: ages.first?.words ?? "", to: ages.last?.words ?? "", []))\
      <details><summary>The figures</summary>
      \(Parts.table(
        "Tasks that wait, by age", [.init("Age"), .init("Tasks", isNumber: true)],
        ages.map { ["\($0.words)", "\($0.count.grouped)"] }))</details>

      """
  }

  private static func drawing(
    _ label: String, _ bars: HTML, most: String, from first: String, to last: String,
    _ names: [String]
  ) -> HTML {
    let legend = names.enumerated().map { series, name -> HTML in
      let x = series * 150
      return """
        \(bar(x, height + 26, 12, 12, series))<text x="\(x + 18)" y="\(height + 37)">\(name)</text>
        """
    }
    return """
      <svg class="chart" viewBox="0 0 \(width) \(height + 44)" role="img" aria-label="\(label)">
      \(bars)<line class="axis" x1="0" y1="\(height)" x2="\(width)" y2="\(height)"/>
      <text x="0" y="\(height + 16)">\(first)</text>
      <text x="\(width)" y="\(height + 16)" text-anchor="end">\(last)</text>
      <text x="0" y="12">\(most)</text>
      \(legend)
      </svg>

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

extension Int {
  /// A number of microseconds in milliseconds.
  fileprivate var milliseconds: String {
    self < 10_000 ? "\(self / 1000).\(self / 100 % 10) ms" : "\((self / 1000).grouped) ms"
  }
}
