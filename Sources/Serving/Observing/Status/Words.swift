import Bytes
import FoundationEssentials

extension BinaryInteger {
  /// The number with commas between thousands: `1,204`.
  public var grouped: String {
    let digits = Array("\(magnitude)")
    let grouped = digits.enumerated().map { index, digit in
      (digits.count - index) % 3 == 0 && index > 0 ? ",\(digit)" : "\(digit)"
    }
    return (self < 0 ? "-" : "") + grouped.joined()
  }

  /// Returns the number with its noun: `1 task`, `1,204 tasks`.
  public func counted(_ one: String, _ many: String? = nil) -> String {
    self == 1 ? "1 \(one)" : "\(grouped) \(many ?? one + "s")"
  }

  /// The number of bytes, in the largest unit that leaves at least 10: `48 KiB`.
  public var size: String {
    var value = UInt64(clamping: self)
    for unit in ["bytes", "KiB", "MiB", "GiB"] {
      if value < 10 << 10 { return "\(value) \(unit)" }
      value >>= 10
    }
    return "\(value) TiB"
  }
}

extension Date {
  /// The local time with its offset, to the second, for people.
  public var localTime: String { LocalTime.current.text(self) }
}

extension Duration {
  /// The duration in one unit, for people: `12 s`, `5 min`, `3 h`, `4 days`.
  public var words: String {
    let seconds = max(components.seconds, 0)
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}

extension String {
  /// The text with spaces for control characters, line separators and `|`, which ends the words of
  /// a monitoring plug-in. It is safe to print on a terminal.
  var oneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          let category = scalar.properties.generalCategory
          let isUnsafe =
            scalar == "|"
            || [.control, .format, .lineSeparator, .paragraphSeparator]
              .contains(category)
          return isUnsafe ? " " : scalar
        }))
  }
}
