import Foundation
import Verification

/// Parses moments as people write them on the command line: `2026-11-24T09:00:00+01:00`,
/// `2026-11-24`, `2026-11-24 09:00`, `09:00`, `now`, `today`, `yesterday`, `2h`, `2h ago`. A time
/// without an offset is local.
public struct LogMoment: Sendable {
  private let now: Date
  private let calendar: Calendar

  /// - Parameters:
  ///   - now: the moment that spans and words such as `today` start from.
  ///   - zone: the time zone of local times.
  public init(now: Date, zone: TimeZone = .current) {
    self.now = now
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    self.calendar = calendar
  }

  /// The moments that `--since` and `--until` accept, in words.
  public static let words =
    "RFC 3339, a date, a date and a time, a time of today, now, today, yesterday, or a span such as 2h (ago)"

  /// Returns the moment; nil if the text isn't one.
  public func moment(_ text: String) -> Date? {
    let text = text.trimmingCharacters(in: .whitespaces)
    switch text.lowercased() {
    case "now": return now
    case "today", "yesterday": return day(text)?.start
    default: break
    }
    if let moment = RFC3339.moment(Array(text.utf8)) { return moment }
    let span = text.hasSuffix(" ago") ? String(text.dropLast(4)) : text
    if let span = TimeSpan.parse(span) { return now - span / .seconds(1) }
    if let clock = clock(text) { return at(clock, on: calendar.startOfDay(for: now)) }
    if let day = date(String(text.prefix(10))) {
      let rest = text.dropFirst(10)
      if rest.isEmpty { return day }
      guard rest.first == " " || rest.first == "T", let clock = clock(String(rest.dropFirst()))
      else { return nil }
      return at(clock, on: day)
    }
    return nil
  }

  /// The days that `--on` accepts, in words.
  public static let dayWords =
    "a date, today, yesterday, or a weekday: the last one before today"

  /// Returns the start and end of a local day; nil if the text isn't a day.
  public func day(_ text: String) -> (start: Date, end: Date)? {
    let today = calendar.startOfDay(for: now)
    let start: Date?
    switch text.lowercased() {
    case "today": start = today
    case "yesterday": start = calendar.date(byAdding: .day, value: -1, to: today)
    default:
      if let number = Self.weekdays.firstIndex(of: text.lowercased()) {
        let distance = (calendar.component(.weekday, from: today) - (number + 1) + 7) % 7
        start = calendar.date(byAdding: .day, value: -(distance == 0 ? 7 : distance), to: today)
      } else {
        start = date(text)
      }
    }
    guard let start, let end = calendar.date(byAdding: .day, value: 1, to: start) else {
      return nil
    }
    return (start, end)
  }

  private static let weekdays = [
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
  ]

  /// Returns the local start of a date such as `2026-11-24`.
  private func date(_ text: String) -> Date? {
    guard let day = RFC3339.moment(Array((text + "T00:00:00Z").utf8)) else { return nil }
    var utc = calendar
    utc.timeZone = .gmt
    return calendar.date(from: utc.dateComponents([.year, .month, .day], from: day))
  }

  /// Returns the seconds since midnight for `09:00` or `09:00:30`.
  private func clock(_ text: String) -> TimeInterval? {
    let whole = text.count == 5 ? text + ":00" : text
    guard whole.count == 8, let time = RFC3339.moment(Array("1970-01-01T\(whole)Z".utf8)) else {
      return nil
    }
    return time.timeIntervalSince1970
  }

  /// Returns the moment when clocks show this time, also on days of 23 and 25 hours.
  private func at(_ clock: TimeInterval, on day: Date) -> Date? {
    let seconds = Int(clock)
    return calendar.date(
      bySettingHour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, of: day)
  }
}
