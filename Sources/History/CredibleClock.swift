import Bytes
import Glibc

/// When the clock may be believed in removing deliveries by their age.
///
/// A clock that leaps is believed once it has gone on for a day. So a clock that is wrong for some
/// hours removes nothing, also over restarts, whose looks are in the file `.clock`. A machine that
/// was off for long removes what has expired a day later.
struct CredibleClock {
  /// Seconds since 1970 of the clock as it goes on without a leap: its first look and its last.
  private var first: Int
  private var last: Int
  /// When a day was removed last.
  private var aged: Int

  /// The largest step between two looks that isn't a leap, and how long a clock that leapt has to
  /// go on: a day, in seconds.
  private static let leap = 86_400
  /// How often a day of each webhook may be removed, in seconds.
  private static let betweenDays = 3600
  /// How often a look is written down, in seconds.
  private static let betweenLooks = 60

  private init(startingAt now: Int) {
    (first, last, aged) = (now, now, 0)
  }

  private init?(_ text: String) {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) ?? -1 }
    guard numbers.count == 3, numbers.allSatisfy({ 0...Int.mostBelieved ~= $0 }) else { return nil }
    (first, last, aged) = (numbers[0], numbers[1], numbers[2])
  }

  /// Looks at the clock, and takes note of it.
  ///
  /// - Parameters:
  ///   - now: the clock, in seconds since 1970.
  ///   - folder: the folder of the history.
  /// - Returns: whether what has expired may be removed now. It is false if that can't be noted.
  static func agesDay(at now: Int, in folder: String) -> Bool {
    let path = "\(folder)/.clock"
    let noted = read(path).flatMap { CredibleClock($0) }
    var clock = noted ?? CredibleClock(startingAt: now)
    if abs(now - clock.last) > leap { clock = CredibleClock(startingAt: now) }
    let agesDay = now - clock.first >= leap && abs(now - clock.aged) >= betweenDays
    if agesDay { clock.aged = now }
    let isDue = noted == nil || agesDay || abs(now - clock.last) >= betweenLooks
    guard isDue || clock.first == now else { return false }
    clock.last = now
    return clock.write(to: path) && agesDay
  }

  private static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = Glibc.read(file, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }

  private func write(to path: String) -> Bool {
    let file = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    let line = Array("\(first) \(last) \(aged)\n".utf8)
    return Glibc.write(file, line, line.count) == line.count && rename(path + ".new", path) == 0
  }
}
