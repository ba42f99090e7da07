import Bytes
import FoundationEssentials
import Verification

/// Parses moments as people write them on the command line: `2026-11-24T09:00:00+01:00`,
/// `2026-11-24`, `2026-11-24 09:00`, `09:00`, `now`, `today`, `yesterday`, `2h`, `2h ago`. A time
/// without an offset is local.
public struct LogMoment: Sendable {
  private let now: Date
  private let zone: LocalTime

  /// - Parameters:
  ///   - now: the moment that spans and words such as `today` start from.
  ///   - zone: the time zone of local times.
  public init(now: Date, zone: LocalTime = .current) {
    self.now = now
    self.zone = zone
  }

  /// The moments that `--since` and `--until` accept, in words.
  public static let words =
    "RFC 3339, a date, a date and a time, a time of today, now, today, yesterday, or a span such as 2h (ago)"

  /// Returns the moment; nil if the text isn't one.
  public func moment(_ text: String) -> Date? {
    let text = text.trimmed
    switch text.lowercased() {
    case "now": return now
    case "today", "yesterday": return day(text)?.start
    default: break
    }
    if let moment = RFC3339.moment(Array(text.utf8)) { return moment }
    let span = text.hasSuffix(" ago") ? String(text.dropLast(4)) : text
    if let span = TimeSpan.parse(span) { return now - span / .seconds(1) }
    if let clock = clock(text) { return zone.moment(at: today + clock) }
    if let day = date(String(text.prefix(10))) {
      let rest = text.dropFirst(10)
      if rest.isEmpty { return zone.moment(at: day) }
      guard rest.first == " " || rest.first == "T", let clock = clock(String(rest.dropFirst()))
      else { return nil }
      return zone.moment(at: day + clock)
    }
    return nil
  }

  /// The days that `--on` accepts, in words.
  public static let dayWords =
    "a date, today, yesterday, or a weekday: the last one before today"

  /// Returns the start and end of a local day; nil if the text isn't a day.
  public func day(_ text: String) -> (start: Date, end: Date)? {
    let start: Int
    switch text.lowercased() {
    case "today": start = today
    case "yesterday": start = today - Self.day
    default:
      if let number = Self.weekdays.firstIndex(of: text.lowercased()) {
        // The first day of 1970 was a Thursday.
        let distance = (today / Self.day + 4 - number) % 7
        start = today - (distance == 0 ? 7 : distance) * Self.day
      } else if let date = date(text) {
        start = date
      } else {
        return nil
      }
    }
    return (zone.moment(at: start), zone.moment(at: start + Self.day))
  }

  private static let day = 86_400

  /// The start of the local day, as clocks show it.
  private var today: Int {
    let wall = zone.wall(at: now)
    return wall - (wall % Self.day + Self.day) % Self.day
  }

  private static let weekdays = [
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
  ]

  /// Returns the start of a date such as `2026-11-24`, as clocks show it.
  private func date(_ text: String) -> Int? {
    RFC3339.moment(Array((text + "T00:00:00Z").utf8)).map { Int($0.timeIntervalSince1970) }
  }

  /// Returns the seconds since midnight for `09:00` or `09:00:30`.
  private func clock(_ text: String) -> Int? {
    let whole = text.count == 5 ? text + ":00" : text
    guard whole.count == 8, let time = RFC3339.moment(Array("1970-01-01T\(whole)Z".utf8)) else {
      return nil
    }
    return Int(time.timeIntervalSince1970)
  }
}
