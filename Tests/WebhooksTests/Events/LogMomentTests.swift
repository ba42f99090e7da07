import Bytes
import Foundation
import Testing

@testable import Webhooks

/// The values that `--since`, `--until` and `--on` take.
@Suite struct LogMomentTests {
  // A Saturday, in the week after the clocks went back in Amsterdam.
  private let moments = LogMoment(
    now: Date(timeIntervalSince1970: 1_793_448_000),
    zone: .amsterdam)

  struct Case: Sendable {
    let text: String
    let moment: String?
  }

  static let cases = [
    Case(text: "now", moment: "2026-10-31T12:00:00Z"),
    Case(text: "today", moment: "2026-10-30T23:00:00Z"),
    Case(text: "yesterday", moment: "2026-10-29T23:00:00Z"),
    Case(text: "2h", moment: "2026-10-31T10:00:00Z"),
    Case(text: "2h ago", moment: "2026-10-31T10:00:00Z"),
    Case(text: "7d", moment: "2026-10-24T12:00:00Z"),
    Case(text: "2026-10-24T09:00:00+02:00", moment: "2026-10-24T07:00:00Z"),
    Case(text: "2026-10-24T07:00:00.5Z", moment: "2026-10-24T07:00:00.5Z"),
    Case(text: "2026-10-24", moment: "2026-10-23T22:00:00Z"),
    Case(text: "2026-10-26", moment: "2026-10-25T23:00:00Z"),
    // The time on the wall, on the day of 25 hours.
    Case(text: "2026-10-25 12:00", moment: "2026-10-25T11:00:00Z"),
    Case(text: "2026-10-25T12:00:30", moment: "2026-10-25T11:00:30Z"),
    Case(text: "09:30", moment: "2026-10-31T08:30:00Z"),
    Case(text: "23:59:59", moment: "2026-10-31T22:59:59Z"),
    Case(text: "", moment: nil), Case(text: "soon", moment: nil),
    Case(text: "24:00", moment: nil), Case(text: "2026-02-30", moment: nil),
    Case(text: "2026-10-24 9", moment: nil), Case(text: "2026-10-24x", moment: nil),
    Case(text: "h", moment: nil), Case(text: "-2h", moment: nil),
  ]

  @Test(arguments: cases) func `a moment as people write it`(_ one: Case) {
    let expected = one.moment.flatMap { moment in
      LogMoment(now: .distantPast, zone: .gmt).moment(moment)
    }
    #expect((expected != nil) == (one.moment != nil))
    #expect(moments.moment(one.text) == expected, "\(one.text)")
  }

  struct Day: Sendable {
    let text: String
    let start: String?
    var hours = 24
  }

  static let days = [
    Day(text: "today", start: "2026-10-30T23:00:00Z"),
    Day(text: "Yesterday", start: "2026-10-29T23:00:00Z"),
    Day(text: "friday", start: "2026-10-29T23:00:00Z"),
    Day(text: "tuesday", start: "2026-10-26T23:00:00Z"),
    // Today is a Saturday.
    Day(text: "Saturday", start: "2026-10-23T22:00:00Z"),
    Day(text: "sunday", start: "2026-10-24T22:00:00Z", hours: 25),
    Day(text: "2026-10-24", start: "2026-10-23T22:00:00Z"),
    Day(text: "tomorrow", start: nil), Day(text: "2h", start: nil), Day(text: "tue", start: nil),
  ]

  @Test(arguments: days) func `a whole day`(_ one: Day) {
    let day = moments.day(one.text)
    #expect(day?.start == one.start.flatMap { moments.moment($0) }, "\(one.text)")
    if let day { #expect(day.end.timeIntervalSince(day.start) == Double(one.hours) * 3600) }
  }
}
