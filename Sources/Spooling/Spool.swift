import Synchronization

/// One incoming configuration's spool, open for writing. Its directories are closed with its last use.
final class Spool: Sendable {
  let identifier: String
  private let path: String
  let directory: Directory
  /// Locked, shared, for as long as it is open: nobody sweeps what is written there.
  let tmp: Directory
  let volume: Volume
  let fileMode: UInt32
  private let broken = Atomic(false)

  init(
    identifier: String, path: String, directory: Directory, tmp: Directory, volume: Volume,
    fileMode: UInt32
  ) {
    self.identifier = identifier
    self.path = path
    self.directory = directory
    self.tmp = tmp
    self.volume = volume
    self.fileMode = fileMode
  }

  /// After a failure, a spool is opened anew from its path before it is used again.
  var isBroken: Bool { broken.load(ordering: .relaxed) }

  /// Whether its path leads to it. Where it doesn't, such as when a file system was mounted over it, nobody
  /// would find what is written here. Costs less than two microseconds.
  var isInPlace: Bool { directory.isAt(path) }

  func requirePlace() throws(SpoolError) {
    if isInPlace { return }
    throw .unavailable(spool: identifier, reason: "another directory is at \(path) now")
  }

  /// Makes a call in this spool, and takes down what its failure means for those who come next.
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

  /// Removes what an attempt at an entry left that was stopped: unfinished files, and the reason of one that
  /// is not there.
  func removeRemains(of entry: Commit.Entry) throws(SpoolError) {
    for file in SpoolFile.files(of: entry, in: self) { try file.removeRemains() }
    guard case .failed = entry.place else { return }
    try attempt { () throws(SystemError) in
      try directory.directory(SpoolDirectory.failed.rawValue).remove(TaskName.reason(entry))
    }
  }

  /// Refuses before anything is written: no trust, or no room above the floors.
  ///
  /// - Parameter age: how old the number of what is free may be.
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
