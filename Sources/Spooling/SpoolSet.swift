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

  /// The last problem of each spool since the last reload.
  var problems: [String: SpoolsStatus.Problem] { state.withLock { $0.problems } }

  /// Why each file system is not trusted that isn't.
  var distrust: [String] { volumes.distrusted.compactMap(\.distrust) }

  /// Opens these spools, also those that are open, and closes all others after their last commit.
  func update(_ settings: [SpoolSettings], floors: Floors) {
    let slots = settings.map { slot(of: $0.identifier) }
    state.withLock { state in
      let named = slots.map { ($0.identifier, $0) }
      state = State(slots: Dictionary(named) { first, _ in first }, floors: floors)
    }
    for (setting, slot) in zip(settings, slots) {
      slot.letGo()
      // What is wrong with one is noted here, and refuses the commits that need it.
      _ = try? noting { () throws(SpoolError) in try slot.spool(make: setting.make) }
    }
  }

  /// An entry of a commit, and its spool.
  typealias Placed = (entry: Commit.Entry, spool: Spool)

  /// Writes all entries of a commit; they are durable when it returns.
  func write(_ commit: Commit) throws(SpoolError) {
    try noting { () throws(SpoolError) in try PlainWay.write(placed(commit)) }
  }

  /// The same, without those entries that an earlier attempt at the same commit has written.
  func writeMissing(_ commit: Commit) throws(SpoolError) {
    try noting { () throws(SpoolError) in
      var missing: [Placed] = []
      for one in try placed(commit) where try !one.spool.holds(TaskName.task(one.entry)) {
        try one.spool.removeRemains(of: one.entry)
        missing.append(one)
      }
      try PlainWay.write(missing)
    }
  }

  /// The entries of a commit with their spools, all of which are fit to be written to.
  func place(_ commit: Commit) throws(SpoolError) -> [Placed] {
    try noting { () throws(SpoolError) in try placed(commit) }
  }

  /// Writes entries into `tmp/`, unflushed: their space is taken when it returns.
  func stage(_ placed: [Placed]) throws(SpoolError) -> [SpoolFile] {
    try noting { () throws(SpoolError) in
      let files = placed.flatMap { SpoolFile.files(of: $0.entry, in: $0.spool) }
      do throws(SpoolError) {
        for file in files {
          try file.write()
          try file.close()
        }
      } catch {
        for file in files { file.discard() }
        throw error
      }
      return files
    }
  }

  /// Writes into a spool what was acknowledged before, whatever is free there.
  func recover(
    _ identifier: String, _ write: (Spool) throws(SpoolError) -> Void
  ) throws(SpoolError) {
    try noting { () throws(SpoolError) in try write(slot(of: identifier).spool()) }
  }

  private func placed(_ commit: Commit) throws(SpoolError) -> [Placed] {
    let floors = state.withLock { $0.floors }
    var placed: [Placed] = []
    for entry in commit.entries {
      if let known = placed.first(where: { $0.spool.identifier == entry.spool }) {
        placed.append((entry, known.spool))
      } else {
        placed.append((entry, try ready(entry.spool, above: floors)))
      }
    }
    return placed
  }

  /// Closes all spools.
  func close() { state.withLock { $0.slots = [:] } }

  /// One round of looking whether each spool is still where its path leads: an administrator learns of one that
  /// isn't before a delivery is refused. One that could not be opened is tried again.
  func look() {
    let (slots, problems) = state.withLock { ($0.slots, $0.problems) }
    for (identifier, slot) in slots {
      switch slot.standing {
      case .open: break
      case .elsewhere: _ = try? noting { () throws(SpoolError) in try slot.spool() }
      case .closed:
        guard case .unavailable = problems[identifier]?.error, (try? slot.spool()) != nil else {
          continue
        }
        state.withLock { $0.problems[identifier] = nil }
      }
    }
  }

  /// One round of finding out whether the file systems that are not trusted work again.
  func probe() {
    let slots = state.withLock { $0.slots.values.sorted { $0.identifier < $1.identifier } }
    for volume in volumes.distrusted { probe(volume, through: slots.filter { $0.liesOn(volume) }) }
  }

  private func probe(_ volume: Volume, through slots: [SpoolSlot]) {
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

  private func ready(
    _ identifier: String, above floors: Floors
  ) throws(SpoolError) -> Spool {
    let spool = try slot(of: identifier).spool()
    try spool.requireRoom(above: floors, age: spaceAge)
    return spool
  }

  /// Keeps what a spool fails with, for the status.
  private func noting<R>(_ body: () throws(SpoolError) -> R) throws(SpoolError) -> R {
    do {
      return try body()
    } catch {
      if let spool = error.spool {
        state.withLock { $0.problems[spool] = SpoolsStatus.Problem(error: error, time: Date()) }
      }
      throw error
    }
  }
}
