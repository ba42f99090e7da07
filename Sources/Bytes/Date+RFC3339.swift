import FoundationEssentials
import Glibc

extension Date {
  /// The moment as RFC 3339 in UTC with microseconds, `2026-11-23T18:49:06.123456Z`, always 27
  /// characters.
  ///
  /// The nearest microsecond is used. The format covers the years 0000 to 9999: an earlier moment
  /// becomes the first that the format can express, a later one the last.
  public var rfc3339: String {
    let rounded = (timeIntervalSinceReferenceDate * 1e6).rounded()
    // The bound is far inside of Int64 and far outside of the format. `maximum` turns a NaN into
    // it.
    let bounded = Double.minimum(Double.maximum(rounded, -1e18), 1e18)
    let microseconds = min(
      max(Int64(bounded) + 978_307_200_000_000, -62_167_219_200_000_000), 253_402_300_799_999_999)
    let fraction = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
    var second = time_t((microseconds - fraction) / 1_000_000)
    var moment = tm()
    gmtime_r(&second, &moment)

    return String(unsafeUninitializedCapacity: 27) { text in
      var position = 0
      func append(_ number: some BinaryInteger, _ digits: Int, then separator: Unicode.Scalar) {
        var rest = Int(number)
        for place in (position..<position + digits).reversed() {
          text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        position += digits
        text[position] = UInt8(ascii: separator)
        position += 1
      }
      append(moment.tm_year + 1900, 4, then: "-")
      append(moment.tm_mon + 1, 2, then: "-")
      append(moment.tm_mday, 2, then: "T")
      append(moment.tm_hour, 2, then: ":")
      append(moment.tm_min, 2, then: ":")
      append(moment.tm_sec, 2, then: ".")
      append(fraction, 6, then: "Z")
      return position
    }
  }
}

extension Date {
  /// Reads the format of `rfc3339`: 27 characters in UTC; nil for another format.
  ///
  /// Ranges aren't checked: a month 13 is January of the following year.
  package init?(rfc3339 text: String) {
    let pattern = Array("0000-00-00T00:00:00.000000Z".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == pattern.count else { return nil }
    var numbers: [Int32] = [0]
    for (byte, expected) in zip(bytes, pattern) {
      if expected == UInt8(ascii: "0") {
        guard 0x30...0x39 ~= byte else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int32(byte - 0x30)
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    var moment = tm()
    (moment.tm_year, moment.tm_mon, moment.tm_mday) = (
      numbers[0] - 1900, numbers[1] - 1, numbers[2]
    )
    (moment.tm_hour, moment.tm_min, moment.tm_sec) = (numbers[3], numbers[4], numbers[5])
    self.init(timeIntervalSince1970: Double(timegm(&moment)) + Double(numbers[6]) / 1e6)
  }
}
