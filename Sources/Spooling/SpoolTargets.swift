import Glibc

/// The directories that the files of a commit are moved into, each opened once.
///
/// They are opened before anything is moved, so that their flush hears of every failure since: the
/// system tells each opening of a file or directory once that writing back has failed.
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

  /// Makes the names in them durable.
  func flush() throws(SpoolError) {
    for (spool, directory) in directories.values {
      try spool.attempt { () throws(SystemError) in try directory.flush() }
    }
  }
}
