import Bytes
import FoundationEssentials
import Glibc
import struct Synchronization.Atomic

/// The parts that somebody in this process works on: the writer, or the packer.
final class PartClaims: Sendable {
  private let taken = Mutex<Set<Part>>([])
  private let stopped = Atomic(false)

  /// Takes a part; false if it is taken.
  func take(_ part: Part) -> Bool { taken.withLock { $0.insert(part).inserted } }

  func giveBack(_ part: Part) { taken.withLock { _ = $0.remove(part) } }

  /// Whether the process ends, so that the packer gives up.
  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  func stop() { stopped.store(true, ordering: .relaxed) }
}

/// Keeps the history within its bounds, and packs what is closed.
final class HistoryKeeping: Sendable {
  private struct State {
    var lookedAt: ContinuousClock.Instant?
  }

  /// How often the parts are looked at.
  private static let pause = Duration.seconds(2)
  private static let betweenLooks = Duration.seconds(10)

  private let folder: HistoryFolder
  private let claims: PartClaims
  private let state = Mutex(State())

  init(state: String, claims: PartClaims) {
    folder = HistoryFolder(state: state)
    self.claims = claims
  }

  /// Works for one round.
  ///
  /// - Parameters:
  ///   - limits: what may be kept.
  ///   - note: takes a failure in words.
  ///   - then: takes the bytes of all parts, and the damaged files, where they were looked at.
  /// - Returns: the pause until the next round.
  func round(
    _ limits: HistoryLimits, note: (String) -> Void, then: (Int, [String]) -> Void
  ) -> Duration {
    guard access(folder.path, F_OK) == 0 else { return Self.pause }
    makeRoom(limits)
    let isDue = state.withLock { state in
      if let last = state.lookedAt, .now - last < Self.betweenLooks { return false }
      state.lookedAt = .now
      return true
    }
    if isDue { then(trim(limits, at: Date()), folder.damaged()) }
    do {
      return try packOne() ? .milliseconds(10) : Self.pause
    } catch {
      if !claims.isStopped { note("\(error)") }
      return .seconds(60)
    }
  }

  /// Removes the damaged files, and then the oldest parts, while the file system is near the free
  /// space that spools need.
  func makeRoom(_ limits: HistoryLimits) {
    let path = folder.path
    func isShort() -> Bool { FreeSpace.bytes(at: path).map { $0 < limits.nearFull } ?? false }
    guard limits.nearFull > 0, isShort() else { return }
    for webhook in folder.webhooks() { folder.damaged(of: webhook).remove() }
    while isShort() {
      let oldest = folder.webhooks().flatMap { folder.parts(of: $0) }.sorted()
      guard oldest.contains(where: remove) else { return }
    }
  }

  /// Removes what is over the bounds. Returns the bytes of what is left.
  func trim(_ limits: HistoryLimits, at now: Date) -> Int {
    let now = Int(now.timeIntervalSince1970)
    let agesDay = CredibleClock.agesDay(at: now, in: folder.path)
    var left: [(part: Part, bytes: Int)] = []
    for webhook in folder.webhooks() {
      let bounds = limits.bounds(of: webhook)
      if agesDay { folder.damaged(of: webhook).remove(before: now - bounds.seconds) }
      for lane in Part.Lane.allCases {
        var parts = folder.parts(of: webhook).filter { $0.lane == lane }
        if agesDay { age(&parts, by: bounds.seconds, at: now) }
        left += fit(parts, into: lane.share(of: bounds.bytes))
      }
    }
    var sum = left.reduce(0) { $0.addingBounded($1.bytes) }
    for (part, bytes) in left.sorted(by: { $0.part < $1.part }) where sum > limits.bytes {
      if remove(part) { sum -= bytes }
    }
    return sum
  }

  /// Removes what has expired of the oldest day.
  private func age(_ parts: inout [Part], by seconds: Int, at now: Int) {
    let oldest = parts.prefix { $0.day == parts[0].day }
    // A part is older than those behind it, whatever the clock showed when it was written.
    guard
      let last = oldest.last(where: { end(of: $0, at: now) <= (now - seconds) * 1_000_000 })
    else { return }
    parts.removeAll { $0 <= last && remove($0) }
  }

  /// Returns when the age of a part begins, in microseconds: at the end of its day. The day lies
  /// ahead where the clock did before it was written. Then the arrival of its last delivery counts.
  private func end(of part: Part, at now: Int) -> Int {
    guard part.end > now * 1_000_000 + Part.dayLength else { return part.end }
    return (try? PartFile(reading: part))?.lastArrival() ?? part.end
  }

  /// Removes the oldest parts until the others fit. Returns these.
  private func fit(_ parts: [Part], into most: Int) -> [(part: Part, bytes: Int)] {
    var sized = parts.map { ($0, $0.bytes) }
    var sum = sized.reduce(0) { $0.addingBounded($1.1) }
    while sum > most, let oldest = sized.first, remove(oldest.0) {
      sum -= oldest.1
      sized.removeFirst()
    }
    return sized.map { (part: $0.0, bytes: $0.1) }
  }

  /// Removes a part that nobody works on. Returns whether it is gone.
  private func remove(_ part: Part) -> Bool {
    guard claims.take(part) else { return false }
    defer { claims.giveBack(part) }
    guard let lock = FolderLock(part.folder, waits: false) else { return false }
    return withExtendedLifetime(lock) { part.remove() }
  }

  /// Packs the oldest closed part: a newer one follows it, or its day is over. Returns whether
  /// there was one.
  private func packOne() throws -> Bool {
    let today = Part.day(of: Int(Date().timeIntervalSince1970) * 1_000_000)
    for webhook in folder.webhooks() {
      for part in folder.leftovers(of: webhook) { _ = remove(part) }
      for lane in Part.Lane.allCases {
        let parts = folder.parts(of: webhook).filter { $0.lane == lane }
        for part in parts where !part.isPacked && (part != parts.last || part.day < today) {
          if try pack(part) { return true }
        }
      }
    }
    return false
  }

  private func pack(_ part: Part) throws -> Bool {
    guard claims.take(part) else { return false }
    defer { claims.giveBack(part) }
    guard let lock = FolderLock(part.folder, waits: false) else { return false }
    defer { withExtendedLifetime(lock) {} }
    guard access(part.path, F_OK) == 0 else { return false }
    do {
      var pace = Pace()
      let isStopped = {
        pace.rest()
        return self.claims.isStopped
      }
      try Packing.pack(part, stopping: isStopped)
    } catch let error where (error as? SQLiteError)?.isDamage ?? (error is UnreadableEntry) {
      throw HistoryError(
        "\(part.path) is damaged (\(error)), and \(DamagedFiles(of: part.folder).add(part))")
    }
    return true
  }
}

/// Holds work down to a quarter of one processor's time. A priority would do it better, but the
/// unit's sandbox forbids to set one.
private struct Pace {
  private var begun = ContinuousClock.now
  private var count = 0
  private static let piece = 256
  private static let longest = Duration.milliseconds(200)

  /// Called between small pieces of work: sleeps three times as long as they took.
  mutating func rest() {
    count += 1
    guard count.isMultiple(of: Self.piece) else { return }
    usleep(UInt32(min((.now - begun) * 3, Self.longest) / .microseconds(1)))
    begun = .now
  }
}
