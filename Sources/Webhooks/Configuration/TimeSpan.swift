/// Spans of time as they are written in files: `4s`.
public enum TimeSpan {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
  ]

  /// nil where it is no span with a unit, or too long a one.
  public static func parse(_ text: String) -> Duration? {
    guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
    guard let number = WholeNumber.parse(text.dropLast(unit.name.count)) else { return nil }
    let (milliseconds, overflows) = Int64(number).multipliedReportingOverflow(by: unit.milliseconds)
    return overflows ? nil : .milliseconds(milliseconds)
  }

  /// The span in the largest unit that gives it back exactly, down to milliseconds.
  public static func text(_ span: Duration) -> String {
    let (seconds, attoseconds) = span.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let unit =
      units.dropFirst().first { milliseconds != 0 && milliseconds % $0.milliseconds == 0 }
      ?? units[0]
    return "\(milliseconds / unit.milliseconds)\(unit.name)"
  }

  /// `4s` for `4` and `4 s`.
  static func suggestion(_ text: String) -> String? {
    let whole = text.filter { !$0.isWhitespace }
    let meant = WholeNumber.parse(whole) == nil ? whole : "\(whole)s"
    return parse(meant) == nil || meant == text ? nil : meant
  }
}
