import FoundationEssentials

/// A reader of moments in the format of RFC 3339.
public enum RFC3339 {
  /// Returns the moment that a text says, with up to nine decimals; nil if the text isn't RFC 3339.
  public static func moment(_ text: [UInt8]) -> Date? {
    let shape = Array("dddd-dd-ddTdd:dd:dd".utf8)
    guard text.count > shape.count, zip(text, shape).allSatisfy(matches) else { return nil }
    let number = { (range: Range<Int>) in text[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
    guard 1...12 ~= month, 1...days(in: month, year) ~= day, hour < 24, minute < 60, second <= 60,
      let (fraction, offset) = tail(text[19...])
    else { return nil }
    let days = daysSince1970(year, month, day)
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(seconds) + fraction)
  }

  private static func matches(_ byte: UInt8, _ shape: UInt8) -> Bool {
    shape == UInt8(ascii: "d") ? 0x30...0x39 ~= byte : byte.asciiLowercased == shape.asciiLowercased
  }

  /// Reads the decimals, and the offset in seconds.
  private static func tail(_ text: ArraySlice<UInt8>) -> (fraction: Double, offset: Int)? {
    var rest = text
    var fraction = 0.0
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { 0x30...0x39 ~= $0 }
      guard 1...9 ~= digits.count else { return nil }
      fraction = digits.reversed().reduce(0) { ($0 + Double($1 - 0x30)) / 10 }
      rest = rest.dropFirst(digits.count + 1)
    }
    if Array(rest).isText("Z") { return (fraction, 0) }
    guard rest.count == 6, zip(rest.dropFirst(), Array("dd:dd".utf8)).allSatisfy(matches),
      let sign = [UInt8(ascii: "+"): 1, UInt8(ascii: "-"): -1][rest.removeFirst()]
    else { return nil }
    let digits = rest.filter { $0 != UInt8(ascii: ":") }.map { Int($0 - 0x30) }
    let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    guard hours < 24, minutes < 60 else { return nil }
    return (fraction, sign * (hours * 3600 + minutes * 60))
  }

  private static func days(in month: Int, _ year: Int) -> Int {
    daysSince1970(month == 12 ? year + 1 : year, month % 12 + 1, 1) - daysSince1970(year, month, 1)
  }

  /// Returns the days since 1970 in the Gregorian calendar. It counts in years that begin in March,
  /// so that a leap day is the last day of its year.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let years = month > 2 ? year : year - 1
    let leaps = (years + 400) / 4 - (years + 400) / 100 + (years + 400) / 400 - 97
    return 365 * years + leaps + (153 * ((month + 9) % 12) + 2) / 5 + day - 1 - 719_468
  }
}
