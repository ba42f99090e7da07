import Bytes
import FoundationEssentials

/// All spools, and the state of each. Does everything for a commit except queueing
/// and deadlines, which are left to `Spools`.
final class SpoolSet: Sendable {
  private struct State {
    var slots: [SpoolID: SpoolSlot] = [:]
    var floors = Floors(bytes: 0, inodes: 0)
    var problems: [SpoolID: SpoolsStatus.Problem] = [:]
  }
  private let state = Mutex(State())
  private let folders: SpoolFolders
  private let fileSystem: any FileSystem
  private let spaceAge: Duration
  let volumes = Volumes()

  /// Creates a set of no spools. `spaceAge` is how old the numbers may be that are compared with
  /// the floors.
  init(folders: SpoolFolders, fileSystem: any FileSystem, spaceAge: Duration) {
    self.folders = folders
    self.fileSystem = fileSystem
    self.spaceAge = spaceAge
  }

  /// The error of each spool that doesn't work.
  var problems: [SpoolID: SpoolsStatus.Problem] { state.withLock { $0.problems } }

  /// For each file system that isn't trusted at this moment, the reason.
  var distrust: [String] { volumes.distrusted.compactMap(\.distrust) }

  /// Takes over these spools, and finds out which file systems they lie on.
  ///
  /// Each of them is opened anew before its next use, even if it is open. All others are closed
  /// after their last commit.
  func update(_ settings: [SpoolSettings], floors: Floors) {
    let slots = settings.map { slot(of: $0.spool) }
    state.withLock { state in
      let named = slots.map { ($0.identifier, $0) }
      state = State(slots: Dictionary(named) { first, _ in first }, floors: floors)
    }
    for (setting, slot) in zip(settings, slots) {
      slot.renew(make: setting.make)
      // A spool that can't be found is listed in `problems`.
      try? noting { () throws(SpoolError) in try slot.locate() }
    }
  }

  /// The spools, and the file systems on which they were last found. Makes no system call.
  var homes: [(spool: SpoolID, volume: Volume?)] {
    state.withLock { $0.slots.map { ($0, $1.volume) } }
  }

  // MARK: - Commits

  /// An entry of a commit, and its spool.
  typealias Placed = (entry: Commit.Entry, spool: Spool)

  /// Writes all entries of a commit; they are durable when this returns.
  func write(_ commit: Commit) throws(SpoolError) {
    let placed = try placed(commit)
    // A commit to several file systems counts as one piece of work on each of them.
    try Self.working(on: placed.map(\.spool.volume)[...]) { () throws(SpoolError) in
      try noting { () throws(SpoolError) in try PlainWay.write(placed) }
    }
    for (_, spool) in placed { noteSuccess(of: spool.identifier) }
  }

  /// Writes the entries of a commit that an earlier attempt at the same commit hasn't written.
  func writeMissing(_ commit: Commit) throws(SpoolError) {
    try noting { () throws(SpoolError) in
      var missing: [Placed] = []
      for one in try placed(commit)
      where !(try SpoolNames(of: one.spool).contains(TaskName.task(one.entry))) {
        try one.spool.removeRemains(of: one.entry)
        missing.append(one)
      }
      try PlainWay.write(missing)
    }
  }

  private static func working(
    on volumes: ArraySlice<Volume>, _ body: () throws(SpoolError) -> Void
  ) throws(SpoolError) {
    guard let first = volumes.first else { return try body() }
    try first.working { () throws(SpoolError) in try working(on: volumes.dropFirst(), body) }
  }

  private func placed(_ commit: Commit) throws(SpoolError) -> [Placed] {
    var placed: [Placed] = []
    for entry in commit.entries {
      if let known = placed.first(where: { $0.spool.identifier == entry.spool }) {
        placed.append((entry, known.spool))
      } else {
        placed.append((entry, try ready(entry.spool)))
      }
    }
    return placed
  }

  private func ready(_ identifier: SpoolID) throws(SpoolError) -> Spool {
    let floors = state.withLock { $0.floors }
    return try noting { () throws(SpoolError) in
      let slot = slot(of: identifier)
      let spool: Spool
      if let volume = slot.volume {
        spool = try volume.working { () throws(SpoolError) in try slot.spool() }
      } else {
        spool = try slot.spool()
      }
      try spool.requireRoom(above: floors, age: spaceAge)
      return spool
    }
  }

  /// Refuses an entry for a spool without a system call.
  ///
  /// - Parameters:
  ///   - identifier: the spool.
  ///   - isPlain: whether the entry is written into the spool at once. It is refused then if the
  ///     file system hasn't answered for two seconds. Otherwise it is refused if the file system is
  ///     known to be below a floor.
  /// - Throws: `unavailable` or `full`, if the entry is refused.
  func requireRoom(in identifier: SpoolID, isPlain: Bool) throws(SpoolError) {
    let (floors, volume) = state.withLock { ($0.floors, $0.slots[identifier]?.volume) }
    guard let volume else { return }
    if !isPlain, let shortage = volume.knownSpace.flatMap({ floors.shortage(of: $0) }) {
      let error = SpoolError.full(spool: identifier, reason: shortage)
      note(error)
      throw error
    }
    let silence = volume.silence
    if isPlain, silence > .seconds(2) {
      throw .unavailable(
        spool: identifier,
        reason: "its file system has not answered for \(silence.components.seconds) seconds")
    }
  }

  /// Returns a spool, and opens it if need be.
  func spool(_ identifier: SpoolID) throws(SpoolError) -> Spool {
    try noting { () throws(SpoolError) in try slot(of: identifier).spool() }
  }

  // MARK: - Looking

  /// Looks once after the spools of a file system, or those without a known one: whether the path
  /// of each still leads to it, and how much is free. An administrator learns of a problem before a
  /// delivery does.
  ///
  /// - Returns: the spools that can be used, and could not be before.
  func look(at home: Volume?) -> [SpoolID] {
    let (slots, problems) = state.withLock { ($0.slots, $0.problems) }
    var mended: [SpoolID] = []
    var space: Space?
    for (identifier, slot) in slots where slot.volume === home {
      let problem = problems[identifier]?.error
      if slot.isStale || !slot.isInPlace {
        guard (try? spool(identifier)) != nil else { continue }
        // A call that failed in it may fail again: the next write tells.
        if case .unavailable = problem {
          noteSuccess(of: identifier)
          mended.append(identifier)
        }
      }
      if let home, space == nil {
        space = slot.space()
        if let space { _ = try? home.space(atMost: .zero) { () throws(SystemError) in space } }
      }
      let floors = state.withLock { $0.floors }
      if case .full = problem, let space, floors.shortage(of: space) == nil {
        noteSuccess(of: identifier)
        mended.append(identifier)
      }
    }
    return mended
  }

  /// Finds out whether a file system that isn't trusted works again.
  func probe(_ volume: Volume) {
    let slots = state.withLock { $0.slots.values.sorted { $0.identifier < $1.identifier } }
      .filter { $0.volume === volume }
    for slot in slots { slot.letGo() }
    var isGone = true
    for slot in slots {
      switch slot.look(at: volume) {
      case .healthy: return volume.trust()
      case .sick: return
      case .unknown: isGone = false
      case .elsewhere: break
      }
    }
    if isGone { volumes.forget(volume) }
  }

  /// Closes all spools.
  func close() { state.withLock { $0.slots = [:] } }

  // MARK: - Problems

  func note(_ error: SpoolError) {
    guard let spool = error.spool else { return }
    state.withLock { state in
      // The same problem keeps the time at which it began.
      if state.problems[spool]?.error == error { return }
      state.problems[spool] = SpoolsStatus.Problem(error: error, time: Date())
    }
  }

  /// Notes that something was written into a spool, which ends its problem.
  func noteSuccess(of spool: SpoolID) { state.withLock { $0.problems[spool] = nil } }

  /// Returns the slot of a spool, and makes it if need be: a delivery that began before a reload
  /// may need a spool that the reload has removed.
  private func slot(of identifier: SpoolID) -> SpoolSlot {
    state.withLock { state in
      if let slot = state.slots[identifier] { return slot }
      let slot = SpoolSlot(identifier, folders: folders, fileSystem: fileSystem, volumes: volumes)
      state.slots[identifier] = slot
      return slot
    }
  }

  /// Runs `body`, and keeps its error for the status.
  @discardableResult
  private func noting<R>(
    _ body: () throws(SpoolError) -> R
  ) throws(SpoolError) -> R {
    do {
      return try body()
    } catch {
      note(error)
      throw error
    }
  }
}
