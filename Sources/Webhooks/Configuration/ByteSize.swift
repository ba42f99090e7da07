/// Sizes as they are written in files: `10MiB`.
enum ByteSize {
  private static let units = [
    (name: "TiB", bytes: 1 << 40), (name: "GiB", bytes: 1 << 30), (name: "MiB", bytes: 1 << 20),
    (name: "KiB", bytes: 1 << 10), (name: "", bytes: 1),
  ]

  /// Bytes; nil where it is no size, or too large a number.
  static func parse(_ text: String) -> Int? {
    guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
    guard let number = WholeNumber.parse(text.dropLast(unit.name.count)) else { return nil }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflows ? nil : bytes
  }

  /// The shortest text that gives back exactly these bytes.
  static func text(_ bytes: Int) -> String {
    let unit = units.first { bytes != 0 && bytes % $0.bytes == 0 } ?? ("", 1)
    return "\(bytes / unit.bytes)\(unit.name)"
  }

  /// `10MiB` for `10M`, `10 MB` and `10mib`.
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
