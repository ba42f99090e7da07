import FoundationEssentials
import Glibc

/// Local time: where its clocks stand at each moment.
///
/// `TimeZone` knows no zones without Foundation's own tables; the C library reads the machine's.
public struct LocalTime: Sendable {
  private let offset: @Sendable (Int) -> Int

  /// The zone of this process: the machine's, or that of `TZ`.
  public static let current = LocalTime { moment in
    var seconds = time_t(moment)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return parts.tm_gmtoff
  }

  /// - Parameter offset: returns how many seconds clocks are ahead of UTC at a moment, which is in
  ///   seconds since 1970.
  public init(offset: @escaping @Sendable (Int) -> Int) { self.offset = offset }

  /// Returns what clocks show at a moment, as the seconds since they showed the start of 1970.
  public func wall(at moment: Date) -> Int {
    let seconds = Int(moment.timeIntervalSince1970.rounded(.down))
    return seconds + offset(seconds)
  }

  /// Looks for the moment when clocks show a time.
  ///
  /// - Parameter wall: seconds since clocks showed the start of 1970.
  /// - Returns: the first moment if the time comes twice; if clocks never show it, since they were
  ///   put forward, the moment when they would have.
  public func moment(at wall: Int) -> Date {
    let (before, after) = (offset(wall - 86_400), offset(wall + 86_400))
    let shown = [before, after].first { offset(wall - $0) == $0 }
    return Date(timeIntervalSince1970: TimeInterval(wall - (shown ?? before)))
  }

  /// Writes a moment for people.
  ///
  /// - Parameters:
  ///   - moment: any moment.
  ///   - hasMilliseconds: whether the fraction of the second is shown.
  /// - Returns: `2026-11-24 09:12:03+01:00`, or a `Z` at its end for UTC.
  public func text(_ moment: Date, hasMilliseconds: Bool = false) -> String {
    let ahead = offset(Int(moment.timeIntervalSince1970.rounded(.down)))
    let wall = moment.addingTimeInterval(TimeInterval(ahead)).rfc3339
    let shown = "\(wall.prefix(10)) \(wall.dropFirst(11).prefix(hasMilliseconds ? 12 : 8))"
    guard ahead != 0 else { return shown + "Z" }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let minutes = abs(ahead) / 60
    return shown + (ahead < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
  }
}
