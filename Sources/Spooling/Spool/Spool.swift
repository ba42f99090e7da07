import Glibc
import Synchronization

/// The spool of one incoming configuration, open for writing. Its directories are closed after
/// their last use.
final class Spool: Sendable {
  let identifier: SpoolID
  private let path: String
  let directory: Directory
  /// The directory `tmp/`, locked shared while the spool is open, so that no process sweeps it.
  let tmp: Directory
  let volume: Volume
  let fileMode: UInt32
  private let broken = Atomic(false)

  init(
    identifier: SpoolID, path: String, directory: Directory, tmp: Directory, volume: Volume,
    fileMode: UInt32
  ) {
    self.identifier = identifier
    self.path = path
    self.directory = directory
    self.tmp = tmp
    self.volume = volume
    self.fileMode = fileMode
  }

  /// Whether a call in the spool has failed. The spool is then opened anew from its path before it
  /// is used again.
  var isBroken: Bool { broken.load(ordering: .relaxed) }

  /// Whether the spool's path leads to it. If it doesn't, such as when a file system was mounted
  /// over it, nobody would find a task that is written here. The check costs less than two
  /// microseconds.
  var isInPlace: Bool { directory.isAt(path) }

  func requirePlace() throws(SpoolError) {
    if isInPlace { return }
    throw .unavailable(spool: identifier, reason: "another directory is at \(path) now")
  }

  /// Makes a call in this spool, and records what its failure means for later calls.
  func attempt<Result>(_ call: () throws(SystemError) -> Result) throws(SpoolError) -> Result {
    do {
      return try call()
    } catch {
      if error.isDistrust { volume.distrust("spool \(identifier): \(error)") }
      if error.isFull {
        volume.forgetSpace()
        throw .full(spool: identifier, reason: "\(error)")
      }
      broken.store(true, ordering: .relaxed)
      throw .failed(error, spool: identifier)
    }
  }

  /// Removes what a stopped attempt at an entry has left: unfinished files, and the reason of a
  /// task that isn't there.
  func removeRemains(of entry: Commit.Entry) throws(SpoolError) {
    for file in SpoolFile.files(of: entry, in: self) { try file.removeRemains() }
    guard case .failed = entry.place else { return }
    try attempt { () throws(SystemError) in
      try directory.directory(SpoolDirectory.failed.rawValue).remove(TaskName.reason(entry))
    }
  }

  /// Refuses a commit before anything is written.
  ///
  /// - Parameters:
  ///   - floors: the space that has to stay free.
  ///   - age: how old the numbers of free space may be.
  /// - Throws: the reason: the file system isn't trusted, gives no numbers, or is below a floor.
  func requireRoom(above floors: Floors, age: Duration) throws(SpoolError) {
    try volume.requireTrust(for: identifier)
    let space = try attempt { () throws(SystemError) in
      try volume.space(atMost: age) { () throws(SystemError) in try directory.space() }
    }
    if let shortage = floors.shortage(of: space) {
      throw .full(spool: identifier, reason: shortage)
    }
  }
}

/// A file on its way into a spool: created in `tmp/`, written, flushed, closed, moved. A step that
/// fails throws what the failure means for the spool.
final class SpoolFile {
  let staged: StagedFile
  private var parts: [[UInt8]]
  private var descriptor: Descriptor?
  private var isInTmp = false

  /// Prepares a file, which nothing is written to yet. `place` is the directory that the file goes
  /// to.
  init(in spool: Spool, to place: SpoolDirectory, name: String, parts: [[UInt8]]) {
    staged = StagedFile(spool: spool, place: place, name: name)
    self.parts = parts
  }

  private var spool: Spool { staged.spool }
  private var name: String { staged.name }
  private var fileSystem: any FileSystem { spool.tmp.fileSystem }

  func write() throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in
      let descriptor = try spool.tmp.create(name, mode: spool.fileMode)
      self.descriptor = descriptor
      isInTmp = true
      try fileSystem.write(parts, to: descriptor)
    }
  }

  /// Removes a file of the same name that an earlier attempt has left in `tmp/`.
  func removeRemains() throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in
      if try spool.tmp.exists(name) { try spool.tmp.unlink(name) }
    }
  }

  /// Flushes the file: its content is on the device afterwards. Must not be called again after a
  /// failure, since a second flush can lie.
  func flush() throws(SpoolError) {
    guard let descriptor else { return }
    try spool.attempt { () throws(SystemError) in try fileSystem.flush(descriptor) }
  }

  func close() throws(SpoolError) {
    guard let descriptor else { return }
    self.descriptor = nil
    parts = []
    try spool.attempt { () throws(SystemError) in try fileSystem.close(descriptor) }
  }

  func move(into targets: SpoolTargets) throws(SpoolError) {
    try targets.move(staged)
    isInTmp = false
  }

  /// Moves the file into its place. A file of the same name there is this one, from an earlier
  /// attempt: it stays, and this one is removed.
  func moveIfMissing(into targets: SpoolTargets) throws(SpoolError) {
    if try targets.moveIfMissing(staged) { isInTmp = false } else { discard() }
  }

  /// Closes the file and removes it from `tmp/`, as far as possible.
  func discard() {
    if let descriptor { try? fileSystem.close(descriptor) }
    descriptor = nil
    if isInTmp { try? spool.tmp.unlink(name) }
    isInTmp = false
  }
}

extension SpoolFile {
  /// The file of an entry.
  convenience init(_ entry: Commit.Entry, in spool: Spool) {
    self.init(
      in: spool, to: entry.place == .new ? .new : .failed, name: TaskName.task(entry),
      parts: entry.parts)
  }

  /// Returns the files of an entry, in the order in which they have to get into their places.
  static func files(of entry: Commit.Entry, in spool: Spool) -> [SpoolFile] {
    [SpoolFile(reasonOf: entry, in: spool), SpoolFile(entry, in: spool)].compactMap { $0 }
  }

  /// The file with the reason of an entry for `failed/`; nil for any other entry.
  convenience init?(reasonOf entry: Commit.Entry, in spool: Spool) {
    guard case .failed(let reason) = entry.place else { return nil }
    self.init(
      in: spool, to: .failed, name: TaskName.reason(entry), parts: [Array("\(reason)\n".utf8)])
  }
}

/// A file that lies in `tmp/`, and the place that it goes to.
struct StagedFile: Sendable {
  let spool: Spool
  let place: SpoolDirectory
  let name: String

  /// Whether the file says why a task is in `failed/`.
  var isReason: Bool { place == .failed && TaskName.isReason(name) }

  func move(to target: Directory) throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in try spool.tmp.move(name, to: target) }
  }
}

/// The directories that the files of a commit are moved into, each opened once.
///
/// They are opened before anything is moved, so that their flush reports every failure since then:
/// the system reports a failure to write back once to each open descriptor.
struct SpoolTargets {
  private struct Key: Hashable {
    let spool: ObjectIdentifier
    let place: SpoolDirectory
  }
  private var directories: [Key: (spool: Spool, directory: Directory)] = [:]

  init(of files: [StagedFile]) throws(SpoolError) {
    for file in files {
      let key = Key(spool: ObjectIdentifier(file.spool), place: file.place)
      if directories[key] != nil { continue }
      try file.spool.requirePlace()
      let directory = try file.spool.attempt { () throws(SystemError) in
        try file.spool.directory.directory(file.place.rawValue)
      }
      directories[key] = (file.spool, directory)
    }
  }

  func move(_ file: StagedFile) throws(SpoolError) {
    let key = Key(spool: ObjectIdentifier(file.spool), place: file.place)
    if let target = directories[key] { try file.move(to: target.directory) }
  }

  /// Moves a file into its directory.
  ///
  /// - Returns: false if a file of its name is there.
  func moveIfMissing(_ file: StagedFile) throws(SpoolError) -> Bool {
    let key = Key(spool: ObjectIdentifier(file.spool), place: file.place)
    guard let target = directories[key] else { return false }
    return try file.spool.attempt { () throws(SystemError) in
      do throws(SystemError) {
        try file.spool.tmp.move(file.name, to: target.directory)
        return true
      } catch {
        if error.number == EEXIST { return false }
        throw error
      }
    }
  }

  /// Makes the names in the directories durable.
  func flush() throws(SpoolError) {
    for (spool, directory) in directories.values {
      try spool.attempt { () throws(SystemError) in try directory.flush() }
    }
  }
}
