import ArgumentParser
import FoundationEssentials
import Webhooks

/// The options for a span of time: `--since`, `--until` and `--on`.
struct MomentOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Not before this moment.", valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("Before this moment.", valueName: "time"))
  var until: String?
  @Option(help: ArgumentHelp("On this day: tuesday, 2026-11-24.", valueName: "day"))
  var on: String?

  /// What the options take, for the discussion of a command.
  static let words = """
    --since and --until take RFC 3339, a date (its start), a date and a time, a time of today, \
    now, today, yesterday, or a span such as 2h or "2h ago". Times without an offset are local. \
    --on takes a whole day: a date, today, yesterday, or a weekday, which is the last one before \
    today.
    """

  func validate() throws { _ = try span() }

  /// Returns the first moment, and the one before which it ends; nil for no bound.
  func span() throws -> (since: Date?, until: Date?) {
    let moments = LogMoment(now: Date())
    func moment(_ option: String, _ text: String?) throws -> Date? {
      guard let text else { return nil }
      if let moment = moments.moment(text) { return moment }
      throw ValidationError("--\(option) \(text): expected \(LogMoment.words)")
    }
    let span = (since: try moment("since", since), until: try moment("until", until))
    guard let on else { return span }
    guard since == nil, until == nil else {
      throw ValidationError("--on can't be combined with --since and --until")
    }
    guard let day = moments.day(on) else {
      throw ValidationError("--on \(on): expected \(LogMoment.dayWords)")
    }
    return (day.0, day.1)
  }
}
