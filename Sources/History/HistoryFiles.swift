import Bytes
import CLinux
import Dispatch
import FoundationEssentials
import Glibc

/// The parts that are written now. The writer's thread alone uses it.
struct HistoryFiles {
  /// Why deliveries weren't kept.
  struct Failure: Error {
    let loss: HistoryWriter.Loss
    let words: String
  }

  private struct Open {
    let file: PartFile
    var bytes: Int
    var used: ContinuousClock.Instant
    /// The day since 1970 that the clock showed when it was opened.
    let day: Int
  }

  /// The most parts that stay open, each with three descriptors.
  private static let mostOpen = 32
  /// A part that nothing is written to for so long is closed.
  private static let idle = Duration.seconds(60)
  private static let largestPart = 128 << 20
  private static let smallestPart = 256 << 10

  private let folder: HistoryFolder
  private let claims: PartClaims
  private let keeping: HistoryKeeping
  private let clock: () -> Date
  private var open: [LaneKey: Open] = [:]
  /// The number of the last entry of all.
  private var last = 0
  private var flushed = ContinuousClock.now
  private var isUnflushed = false

  init(state: String, claims: PartClaims, clock: @escaping () -> Date = { Date() }) {
    folder = HistoryFolder(state: state)
    self.clock = clock
    self.claims = claims
    keeping = HistoryKeeping(state: state, claims: claims)
  }

  /// How long to wait for deliveries before `rest`.
  var patience: DispatchTimeInterval { isUnflushed ? .seconds(1) : .seconds(30) }

  /// Writes deliveries of one webhook and lane.
  ///
  /// - Returns: words about a damaged file that was set aside; nil mostly.
  mutating func write(
    _ deliveries: [HistoryWriter.Waiting], to key: LaneKey, _ limits: HistoryLimits
  ) -> Result<String?, Failure> {
    defer { flushInTime() }
    if limits.nearFull > 0, FreeSpace.bytes(at: folder.path) ?? .max < limits.nearFull {
      keeping.makeRoom(limits)
      // What is left may be needed by spools.
      if FreeSpace.bytes(at: folder.path) ?? .max < limits.minFree {
        return .failure(
          Failure(
            loss: .space, words: "the file system is below min_free: nothing more is kept"))
      }
    }
    var aside: String?
    while true {
      do {
        try write(deliveries, key, limits)
        isUnflushed = true
        return .success(aside)
      } catch {
        let opened = open.removeValue(forKey: key)
        let path = opened?.file.part.path ?? folder.folder(of: key.webhook)
        let damage = (error as? SQLiteError)?.isDamage ?? (error is Damage)
        let part = (error as? Damage)?.part ?? opened?.file.part
        if let part { claims.giveBack(part) }
        guard damage, aside == nil, let part else {
          return .failure(Failure(loss: .failed, words: "\(path): \(error)"))
        }
        aside =
          "\(part.path) is damaged (\(error)), and \(DamagedFiles(of: part.folder).add(part))"
      }
    }
  }

  private struct Damage: Error, CustomStringConvertible {
    let part: Part
    let description: String
  }

  private mutating func write(
    _ deliveries: [HistoryWriter.Waiting], _ key: LaneKey, _ limits: HistoryLimits
  ) throws {
    let now = Int(clock().timeIntervalSince1970 * 1_000_000)
    let share = key.lane.share(of: limits.bounds(of: key.webhook).bytes)
    let largest = max(Self.smallestPart, min(Self.largestPart, share / 8))
    // The day of a part lies ahead where the clock did: it's closed with the clock's own day, too.
    if let full = open[key],
      full.bytes >= largest || full.day != Self.day(of: now)
        || lastNumber(of: deliveries.count, at: now) >= full.file.part.end
    {
      open[key] = nil
      claims.giveBack(full.file.part)
    }
    if open[key] == nil { open[key] = try openPart(key, largest, now, deliveries.count) }
    guard var current = open[key] else { return }
    // What would lie on both sides of midnight is numbered from midnight on.
    let first = max(now, last + 1, current.file.part.end - Part.dayLength)
    try current.file.write(
      deliveries.enumerated().map { (first + $0.offset, $0.element.make()) })
    last = first + deliveries.count - 1
    current.bytes = try current.file.bytes()
    current.used = .now
    open[key] = current
  }

  /// Returns the number that the last of so many entries gets now.
  private func lastNumber(of count: Int, at now: Int) -> Int { max(now, last + 1) + count - 1 }

  /// Opens the newest part, or makes a new one, for so many entries.
  private mutating func openPart(
    _ key: LaneKey, _ largest: Int, _ now: Int, _ count: Int
  ) throws -> Open {
    closeOldest()
    try folder.make(key.webhook)
    let parts = folder.parts(of: key.webhook).filter { $0.lane == key.lane }
    guard let newest = parts.last else {
      return try make(Part.day(of: lastNumber(of: count, at: now)), 1, key, now)
    }
    if !newest.isPacked, claims.take(newest) {
      let opened: Open
      do throws(SQLiteError) {
        let file = try PartFile(continuing: newest)
        last = max(last, try file.lastNumber())
        opened = Open(file: file, bytes: try file.bytes(), used: .now, day: Self.day(of: now))
      } catch {
        if error.isDamage { throw Damage(part: newest, description: error.description) }
        claims.giveBack(newest)
        throw error
      }
      if opened.bytes < largest, lastNumber(of: count, at: now) < newest.end,
        newest.end <= (Self.day(of: now) + 1) * Part.dayLength
          || opened.file.lastArrival().map({ Self.day(of: $0) == Self.day(of: now) }) ?? true
      {
        return opened
      }
      claims.giveBack(newest)
    } else {
      do throws(SQLiteError) {
        last = max(last, try PartFile(reading: newest).lastNumber())
      } catch {
        if error.isDamage { throw Damage(part: newest, description: error.description) }
        throw error
      }
    }
    let day = Part.day(of: lastNumber(of: count, at: now))
    return day > newest.day
      ? try make(day, 1, key, now) : try make(newest.day, newest.number + 1, key, now)
  }

  /// Returns the day since 1970 of a moment in microseconds.
  private static func day(of microseconds: Int) -> Int { microseconds / Part.dayLength }

  private func make(
    _ day: String, _ number: Int, _ key: LaneKey, _ now: Int
  ) throws -> Open {
    let part = Part(
      folder: folder.folder(of: key.webhook), day: day, number: number, lane: key.lane)
    guard claims.take(part) else { throw HistoryError("\(part.path) is being packed") }
    do {
      return Open(file: try PartFile.make(part), bytes: 0, used: .now, day: Self.day(of: now))
    } catch {
      claims.giveBack(part)
      throw error
    }
  }

  /// Closes the part that was written to longest ago if too many are open.
  private mutating func closeOldest() {
    guard open.count >= Self.mostOpen, let oldest = open.min(by: { $0.value.used < $1.value.used })
    else { return }
    close(oldest.key)
  }

  private mutating func close(_ key: LaneKey) {
    if let closed = open.removeValue(forKey: key) { claims.giveBack(closed.file.part) }
  }

  /// Flushes what was written, and closes parts that nothing is written to.
  mutating func rest() {
    flushInTime()
    for (key, part) in open where .now - part.used > Self.idle { close(key) }
  }

  /// Flushes what was written, at most once a second: one call for all parts.
  private mutating func flushInTime() {
    guard isUnflushed, .now - flushed >= .seconds(1) else { return }
    flush()
  }

  private mutating func flush() {
    let descriptor = Glibc.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = linux_syncfs(descriptor)
    Glibc.close(descriptor)
    flushed = .now
    isUnflushed = false
  }

  mutating func close() {
    for key in Array(open.keys) { close(key) }
    if isUnflushed { flush() }
  }
}

/// The free space of a file system, for its users without privileges.
enum FreeSpace {
  static func bytes(at path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail).multipliedReportingOverflow(by: Int(status.f_frsize)).partialValue
  }
}
