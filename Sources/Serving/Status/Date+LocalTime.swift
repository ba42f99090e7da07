import Foundation

extension Date {
  /// For people: local time with its offset, to the second.
  public var localTime: String {
    formatted(
      Date.ISO8601FormatStyle(
        dateTimeSeparator: .space, timeZoneSeparator: .colon, timeZone: .current))
  }
}
