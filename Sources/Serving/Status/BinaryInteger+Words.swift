extension BinaryInteger {
  /// With commas between thousands: `1,204`.
  public var grouped: String {
    let digits = Array("\(magnitude)")
    let grouped = digits.enumerated().map { index, digit in
      (digits.count - index) % 3 == 0 && index > 0 ? ",\(digit)" : "\(digit)"
    }
    return (self < 0 ? "-" : "") + grouped.joined()
  }

  /// With what is counted: `1 task`, `1,204 tasks`.
  public func counted(_ one: String, _ many: String? = nil) -> String {
    self == 1 ? "1 \(one)" : "\(grouped) \(many ?? one + "s")"
  }

  /// Of bytes, in the largest unit that leaves a whole number above ten: `48 KiB`.
  public var size: String {
    var value = UInt64(clamping: self)
    for unit in ["bytes", "KiB", "MiB", "GiB"] {
      if value < 10 << 10 { return "\(value) \(unit)" }
      value >>= 10
    }
    return "\(value) TiB"
  }
}
