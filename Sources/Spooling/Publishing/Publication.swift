import Glibc

/// Publishes tasks that are durable elsewhere into one spool: writes their files, unflushed, and
/// moves them into their places. After the last step, all of them are on the device, whole, and
/// where importers find them.
///
/// The publications of several spools on one file system take each step together, so that one flush
/// of the file system is enough for all.
struct Publication {
  let spool: Spool
  private var files: [SpoolFile] = []
  /// The directories that the tasks are moved into. They are opened before anything is moved, so
  /// that their flush reports every failure since then, and that a spool whose path leads elsewhere
  /// by then is noticed.
  private var targets: SpoolTargets?
  /// Whether the spool had names that another process moved and may not have flushed.
  private var flushesAll = false
  /// Why the publication can't be completed; nil if it hasn't failed.
  private(set) var failure: SpoolError?
  /// Whether some tasks may be in their places although the publication failed.
  private(set) var isHalfWay = false

  /// Writes the files of the entries into `tmp/`. An entry that `isUncertain` may be in the spool
  /// already: it is looked for, and left out if it is there. `onStep` is called every 64 files, so
  /// that a slow device is told from one that hangs.
  init(
    _ entries: [(entry: Commit.Entry, isUncertain: Bool)], in spool: Spool,
    onStep: () -> Void = {}
  ) {
    self.spool = spool
    attempt { publication throws(SpoolError) in
      try spool.requirePlace()
      var entries = entries
      if entries.contains(where: \.isUncertain) {
        let known = try SpoolNames(of: spool)
        publication.flushesAll = true
        entries.removeAll { $0.isUncertain && known.contains(TaskName.task($0.entry)) }
        for (entry, isUncertain) in entries where isUncertain { try spool.removeRemains(of: entry) }
      }
      publication.files = entries.flatMap { SpoolFile.files(of: $0.entry, in: spool) }
      for (index, file) in publication.files.enumerated() {
        try file.write()
        try file.close()
        if index.isMultiple(of: 64) { onStep() }
      }
    }
  }

  /// Publishes all of them that can be published. The `failure` of each tells whether it was.
  static func complete(_ all: inout [Publication], onStep: () -> Void = {}) {
    guard let first = all.firstIndex(where: { $0.failure == nil }) else { return }
    // The spool of the first was open before any of these files was written, so that its flush
    // reports every failure since then.
    all[first].attempt { publication throws(SpoolError) in
      try publication.spool.attempt { () throws(SystemError) in
        try publication.spool.directory.flushFileSystem()
      }
    }
    if case .failed(let error, _)? = all[first].failure {
      for index in all.indices {
        all[index].fail(.failed(error, spool: all[index].spool.identifier))
      }
    }
    onStep()
    // The reasons are durable before their tasks appear: nothing in failed/ lacks its reason.
    for index in all.indices { all[index].moveReasons() }
    for index in all.indices { all[index].move(onStep) }
    for index in all.indices { all[index].flush() }
  }

  private mutating func moveReasons() {
    let reasons = files.filter(\.staged.isReason)
    if reasons.isEmpty { return }
    attempt { publication throws(SpoolError) in
      let targets = try SpoolTargets(of: reasons.map(\.staged))
      for file in reasons { try file.moveIfMissing(into: targets) }
      try targets.flush()
    }
  }

  private mutating func move(_ onStep: () -> Void) {
    attempt { publication throws(SpoolError) in
      let tasks = publication.files.filter { !$0.staged.isReason }
      let targets = try SpoolTargets(of: tasks.map(\.staged))
      publication.targets = targets
      publication.isHalfWay = true
      for (index, file) in tasks.enumerated() {
        try file.moveIfMissing(into: targets)
        if index.isMultiple(of: 64) { onStep() }
      }
    }
  }

  private mutating func flush() {
    attempt { publication throws(SpoolError) in
      try publication.targets?.flush()
      if publication.flushesAll { try SpoolNames.flush(publication.spool) }
      // While these directories were flushed, another thread may have learned that the file system
      // lost writes.
      try publication.spool.volume.requireTrust(for: publication.spool.identifier)
      publication.isHalfWay = false
    }
  }

  /// Takes a step, unless an earlier one has failed.
  private mutating func attempt(_ step: (inout Publication) throws(SpoolError) -> Void) {
    if failure != nil { return }
    do throws(SpoolError) { try step(&self) } catch { fail(error) }
  }

  private mutating func fail(_ error: SpoolError) {
    if failure != nil { return }
    failure = error
    for file in files { file.discard() }
  }
}

/// The names in all places of a spool where a task may be, collected over the time of the look.
struct SpoolNames {
  private var names: Set<String> = []

  /// Lists the places in order and back again, so that a task that moves from one place to another
  /// during the look, in either direction, is seen in one of them.
  init(of spool: Spool) throws(SpoolError) {
    let places: [SpoolDirectory] = [.new, .cur, .retry, .failed, .done]
    for place in places + places.dropLast().reversed() {
      names.formUnion(
        try spool.attempt { () throws(SystemError) in
          let directory = try spool.directory.directory(place.rawValue)
          return try place == .done ? Self.kept(in: directory) : directory.names()
        })
    }
  }

  /// Whether a task of this name, or a drain's claim of it, is in the spool.
  func contains(_ name: String) -> Bool {
    names.contains(name) || names.contains(TaskName.claimed(name))
  }

  /// Returns the names of the tasks that importers have finished and keep, in one directory for
  /// each day.
  private static func kept(in done: Directory) throws(SystemError) -> [String] {
    var names: [String] = []
    for day in try done.names() where DoneDay.isDay(day) {
      do {
        names += try done.directory(day).names()
      } catch {
        // A sweep has removed the directory, or an administrator has put something else there.
        if ![ENOENT, ENOTDIR, ELOOP, EACCES].contains(error.number) { throw error }
      }
    }
    return names
  }

  /// Makes the names in all places durable.
  static func flush(_ spool: Spool) throws(SpoolError) {
    for place in SpoolDirectory.allCases where place != .tmp {
      try spool.attempt { () throws(SystemError) in
        try spool.directory.directory(place.rawValue).flush()
      }
    }
  }
}
