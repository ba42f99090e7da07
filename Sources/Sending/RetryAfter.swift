import Bytes
import FoundationEssentials
import Verification

/// The time at which a server wants to be asked again (RFC 9110, section 10.2.3).
enum RetryAfter {
  /// The longest wait that a server can ask for.
  static let longest = Duration.seconds(86400)

  /// Returns the least time to wait, from a number of seconds or from a date; nil for other texts.
  static func wait(_ value: String?, at now: Date) -> Duration? {
    guard let value = value?.trimmed else { return nil }
    if let seconds = seconds(value) { return seconds }
    guard let date = date(value) else { return nil }
    return min(max(.zero, .seconds(date.timeIntervalSince(now))), longest)
  }

  private static func seconds(_ text: String) -> Duration? {
    guard !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    // Digits that overflow an Int mean a very long time.
    return Int(text).map { min(.seconds($0), longest) } ?? longest
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Parses `Sun, 06 Nov 1994 08:49:37 GMT`, the form in which dates are sent today.
  private static func date(_ text: String) -> Date? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
      let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return RFC3339.moment(Array("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z".utf8))
  }
}
