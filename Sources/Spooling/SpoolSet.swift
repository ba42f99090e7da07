import Foundation

/// The spools by identifier, and what is known of each: all of a commit but its queue and its deadline.
final class SpoolSet: Sendable {
  private struct State {
    var slots: [String: SpoolSlot] = [:]
    var floors = Floors(bytes: 0, inodes: 0)
    var problems: [String: SpoolsStatus.Problem] = [:]
  }
  private let state = Mutex(State())
  private let folders: SpoolFolders
  private let fileSystem: any FileSystem
  private let spaceAge: Duration
  let volumes = Volumes()

  /// - Parameter spaceAge: how old the numbers may be that are held against the floors.
  init(folders: SpoolFolders, fileSystem: any FileSystem, spaceAge: Duration) {
    self.folders = folders
    self.fileSystem = fileSystem
    self.spaceAge = spaceAge
  }

  /// What each spool fails with that does not work.
  var problems: [String: SpoolsStatus.Problem] { state.withLock { $0.problems } }

  /// Why each file system is not trusted that isn't.
  var distrust: [String] { volumes.distrusted.compactMap(\.distrust) }

  /// Takes over these spools, to be opened anew, also those that are open; all others are closed after their last
  /// commit. Finds out which file systems they lie on.
  func update(_ settings: [SpoolSettings], floors: Floors) {
    let slots = settings.map { slot(of: $0.identifier) }
    state.withLock { state in
      let named = slots.map { ($0.identifier, $0) }
      state = State(slots: Dictionary(named) { first, _ in first }, floors: floors)
    }
    for (setting, slot) in zip(settings, slots) {
      slot.renew(make: setting.make)
      // What is wrong with one is noted here.
      try? noting { () throws(SpoolError) in try slot.locate() }
    }
  }

  /// The spools, and the file systems on which they were last found. Makes no system call.
  var homes: [(spool: String, volume: Volume?)] {
    state.withLock { $0.slots.map { ($0, $1.volume) } }
  }

  // MARK: - Commits

  /// An entry of a commit, and its spool.
  typealias Placed = (entry: Commit.Entry, spool: Spool)

  /// Writes all entries of a commit; they are durable when it returns.
  func write(_ commit: Commit) throws(SpoolError) {
    let placed = try placed(commit)
    // Several file systems as one piece of work on each.
    try Self.working(on: placed.map(\.spool.volume)[...]) { () throws(SpoolError) in
      try noting { () throws(SpoolError) in try PlainWay.write(placed) }
    }
    for (_, spool) in placed { noteSuccess(of: spool.identifier) }
  }

  /// The same, without those entries that an earlier attempt at the same commit has written.
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

  private func ready(_ identifier: String) throws(SpoolError) -> Spool {
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

  /// Refuses a task for a spool on a file system that is known to be below a floor; or one that has to be written there
  /// at once, where the file system does not answer. Makes no system call.
  ///
  /// - Parameter isPlain: whether it is written there at once.
  func requireRoom(in identifier: String, isPlain: Bool) throws(SpoolError) {
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

  /// A spool, opened if need be.
  func spool(_ identifier: String) throws(SpoolError) -> Spool {
    try noting { () throws(SpoolError) in try slot(of: identifier).spool() }
  }

  // MARK: - Looking

  /// One round of looking after the spools of a file system, or those that none is known of: whether each is still where its path
  /// leads, and what is free. An administrator learns of what is wrong before a delivery does.
  ///
  /// - Returns: those that can be used, though they could not be before.
  func look(at home: Volume?) -> [String] {
    let (slots, problems) = state.withLock { ($0.slots, $0.problems) }
    var mended: [String] = []
    var space: Space?
    for (identifier, slot) in slots where slot.volume === home {
      let problem = problems[identifier]?.error
      if slot.isStale || !slot.isInPlace {
        guard (try? spool(identifier)) != nil else { continue }
        // A call that failed in it may fail again: what is written next tells.
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

  /// Finds out whether a file system that is not trusted works again.
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
      // Its time is that of its beginning.
      if state.problems[spool]?.error == error { return }
      state.problems[spool] = SpoolsStatus.Problem(error: error, time: Date())
    }
  }

  /// Something was written into a spool.
  func noteSuccess(of spool: String) { state.withLock { $0.problems[spool] = nil } }

  /// Also of a spool that a reload has just removed: deliveries keep the configuration that they began
  /// with.
  private func slot(of identifier: String) -> SpoolSlot {
    state.withLock { state in
      if let slot = state.slots[identifier] { return slot }
      let slot = SpoolSlot(identifier, folders: folders, fileSystem: fileSystem, volumes: volumes)
      state.slots[identifier] = slot
      return slot
    }
  }

  /// Keeps what a spool fails with, for the status.
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
