/// Sizes in bytes as text in files: `10MiB`.
package enum ByteSize {
  private static let units = [
    (name: "TiB", bytes: 1 << 40), (name: "GiB", bytes: 1 << 30), (name: "MiB", bytes: 1 << 20),
    (name: "KiB", bytes: 1 << 10), (name: "", bytes: 1),
  ]

  /// Returns the size in bytes; nil if the text isn't a size or the number is too large.
  static func parse(_ text: String) -> Int? {
    guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
    guard let number = WholeNumber.parse(text.dropLast(unit.name.count)) else { return nil }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflows ? nil : bytes
  }

  /// Returns the shortest text for exactly this number of bytes.
  package static func text(_ bytes: Int) -> String {
    let unit = units.first { bytes != 0 && bytes % $0.bytes == 0 } ?? ("", 1)
    return "\(bytes / unit.bytes)\(unit.name)"
  }

  /// Returns the size that was probably meant: `10MiB` for `10M`, `10 MB` and `10mib`.
  static func suggestion(_ text: String) -> String? {
    let digits = text.prefix(while: \.isNumber)
    guard let letter = text.dropFirst(digits.count).drop(while: \.isWhitespace).first else {
      return nil
    }
    guard WholeNumber.parse(digits) != nil, "kKmMgGtT".contains(letter) else { return nil }
    let meant = "\(digits)\(letter.uppercased())iB"
    return meant == text ? nil : meant
  }
}

/// Spans of time as text in files: `4s`.
public enum TimeSpan {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
  ]

  /// Returns the span; nil if the text isn't a number with a unit or the span is too long.
  public static func parse(_ text: String) -> Duration? {
    guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
    guard let number = WholeNumber.parse(text.dropLast(unit.name.count)) else { return nil }
    let (milliseconds, overflows) = Int64(number).multipliedReportingOverflow(by: unit.milliseconds)
    return overflows ? nil : .milliseconds(milliseconds)
  }

  /// Returns the span in the largest unit that is exact. The smallest unit is a millisecond.
  public static func text(_ span: Duration) -> String {
    let (seconds, attoseconds) = span.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let unit =
      units.dropFirst().first { milliseconds != 0 && milliseconds % $0.milliseconds == 0 }
      ?? units[0]
    return "\(milliseconds / unit.milliseconds)\(unit.name)"
  }

  /// Returns the span that was probably meant: `4s` for `4` and `4 s`.
  static func suggestion(_ text: String) -> String? {
    let whole = text.filter { !$0.isWhitespace }
    let meant = WholeNumber.parse(whole) == nil ? whole : "\(whole)s"
    return parse(meant) == nil || meant == text ? nil : meant
  }
}

/// Whole numbers as text in files: ASCII digits only, without a sign or a leading zero.
enum WholeNumber {
  static func parse(_ text: some StringProtocol) -> Int? {
    guard let number = Int(text), number >= 0, "\(number)" == text else { return nil }
    return number
  }
}
