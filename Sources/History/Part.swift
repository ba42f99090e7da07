import Bytes
import FoundationEssentials
import Glibc

/// One file of a webhook's history. A part is written in the order of its entries' numbers, and
/// closed at the end of a day, or when it is large. A closed part is packed: compressed, and with
/// an index of its words.
package struct Part: Sendable, Hashable {
  /// What a part holds. Each kind has its own share of the bytes, so that requests whose sender
  /// proved nothing can't push out deliveries.
  package enum Lane: String, Sendable, CaseIterable {
    case verified = ""
    case refused = "-refused"

    /// The bytes that this kind may take of a webhook's.
    func share(of bytes: Int) -> Int {
      self == .refused ? bytes / 4 : bytes - bytes / 4
    }
  }

  /// The path of the webhook's folder.
  let folder: String
  /// The day of its first entry in UTC: `2026-11-24`.
  package let day: String
  /// Its place among the parts of the day, from 1.
  let number: Int
  package let lane: Lane
  package var isPacked: Bool

  private static let open = ".db"
  private static let packed = ".packed"
  /// A day in microseconds.
  static let dayLength = 86_400_000_000

  /// The part's file.
  package var path: String { "\(stem)\(isPacked ? Self.packed : Self.open)" }

  private var stem: String {
    "\(folder)/\(day)-\(String(repeating: "0", count: max(0, 4 - "\(number)".count)))\(number)"
      + lane.rawValue
  }

  /// The name of the webhook.
  package var webhook: String { String(folder.split(separator: "/").last ?? "") }

  /// The same part as a packed file.
  var asPacked: Part {
    var part = self
    part.isPacked = true
    return part
  }

  init(folder: String, day: String, number: Int, lane: Lane, isPacked: Bool = false) {
    self.folder = folder
    self.day = day
    self.number = number
    self.lane = lane
    self.isPacked = isPacked
  }

  /// Reads a file's name; nil if it isn't a part's.
  init?(folder: String, name: String) {
    guard let ending = [Self.open, Self.packed].first(where: name.hasSuffix) else { return nil }
    var rest = name.dropLast(ending.count)
    let isRefused = rest.hasSuffix(Lane.refused.rawValue)
    if isRefused { rest = rest.dropLast(Lane.refused.rawValue.count) }
    let day = String(rest.prefix(10))
    guard Self.midnight(of: day) != nil, rest.dropFirst(10).first == "-",
      let number = Int(rest.dropFirst(11)), 1...99_999_999 ~= number
    else { return nil }
    self.init(
      folder: folder, day: day, number: number, lane: isRefused ? .refused : .verified,
      isPacked: ending == Self.packed)
    guard path == "\(folder)/\(name)" else { return nil }
  }

  /// Returns the day of a moment in microseconds since 1970.
  static func day(of microseconds: Int) -> String {
    String(Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).rfc3339.prefix(10))
  }

  /// Returns the first microsecond of a day; nil for a text that isn't a day.
  private static func midnight(of day: String) -> Int? {
    let parts = day.split(separator: "-", omittingEmptySubsequences: false)
    guard day.utf8.count == 10, parts.count == 3,
      day.utf8.allSatisfy({ 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") }),
      let year = Int(parts[0]), let month = Int(parts[1]), let number = Int(parts[2]),
      1970...9999 ~= year, 1...12 ~= month, 1...31 ~= number
    else { return nil }
    // Counted from March, so that the leap day is a year's last.
    let (from, era) = ((month + 9) % 12, month > 2 ? year : year - 1)
    let days = era * 365 + era / 4 - era / 100 + era / 400 + (from * 306 + 5) / 10 + number - 1
    return (days - 719_468) * dayLength
  }

  /// The microsecond at which the day of its first entry ends. Entries have lower numbers.
  var end: Int { (Self.midnight(of: day) ?? 0) + Self.dayLength }

  /// The bytes of its file, and of what SQLite keeps beside it.
  package var bytes: Int {
    ["", "-wal", "-shm"].reduce(0) { sum, ending in
      var status = stat()
      return lstat(path + ending, &status) == 0 ? sum.addingBounded(Int(status.st_size)) : sum
    }
  }

  /// Removes its file, and what SQLite keeps beside it.
  ///
  /// - Returns: false if the file is still there.
  @discardableResult func remove() -> Bool {
    let isGone = unlink(path) == 0 || errno == ENOENT
    for ending in ["-wal", "-shm", "-journal"] { unlink(path + ending) }
    return isGone
  }
}

extension Part: Comparable {
  /// Orders the parts of one webhook and lane by their entries.
  package static func < (a: Part, b: Part) -> Bool { (a.day, a.number) < (b.day, b.number) }
}
