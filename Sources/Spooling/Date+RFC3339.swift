import Foundation

extension Date {
  /// RFC 3339 in UTC with microseconds, `2026-11-23T18:49:06.123456Z`, always 27 characters.
  ///
  /// Rounded to the nearest microsecond. A moment outside of the years 0000 to 9999, which the
  /// format can't say, becomes the first or last that it can.
  public var rfc3339: String {
    let rounded = (timeIntervalSinceReferenceDate * 1e6).rounded()
    // Far inside of Int64, far outside of the format; maximum prefers it to a NaN.
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
