import Glibc

/// Opens a spool from its path.
///
/// Directories that are missing are made if `make` is set. Something else in place of a directory
/// is refused, with its path and a remedy.
struct SpoolOpening {
  let folders: SpoolFolders
  let identifier: SpoolID
  let make: Bool
  let fileSystem: any FileSystem
  let volumes: Volumes

  /// The directories of a spool, found but not looked into.
  struct Location {
    fileprivate let root: Directory
    fileprivate let directory: Directory
    let volume: Volume
    fileprivate let fileMode: UInt32
  }

  /// Finds the spool without looking into it.
  func locate() throws(SpoolError) -> Location {
    guard let place = folders.place(of: identifier) else {
      throw unavailable("the name isn't an identifier")
    }
    let root = try openRoot(place)
    let directory = try open(place.name, in: root, mode: place.mode, path: path)
    let volume = volumes.volume(of: try device(of: directory, path: path))
    return Location(
      root: root, directory: directory, volume: volume, fileMode: place.fileMode)
  }

  /// Opens the spool for writing: sweeps it, and makes the names of its directories durable.
  func open(_ location: Location) throws(SpoolError) -> Spool {
    let (root, directory, volume) = (location.root, location.directory, location.volume)
    let tmp = try openAll(in: directory, on: volume.device)
    try requireWritable(tmp)
    try lockAndSweep(tmp)
    let spool = Spool(
      identifier: identifier, path: path, directory: directory, tmp: tmp, volume: volume,
      fileMode: location.fileMode)
    // The process that made the directories may have been stopped before their names were durable.
    try spool.attempt { () throws(SystemError) in
      try directory.flush()
      try root.flush()
      try flushParent(of: root)
    }
    return spool
  }

  private var path: String { folders.place(of: identifier)?.path ?? identifier.path }

  private func openRoot(_ place: SpoolFolders.Place) throws(SpoolError) -> Directory {
    try open(place.root) { () throws(SystemError) in
      try Directory(path: place.root, on: fileSystem)
    } making: { () throws(SystemError) in
      try fileSystem.makeDirectory(place.root, in: nil, mode: place.rootMode)
    }
  }

  private func open(
    _ name: String, in parent: Directory, mode: UInt32, path: String
  ) throws(SpoolError) -> Directory {
    try open(path) { () throws(SystemError) in
      try parent.directory(name)
    } making: { () throws(SystemError) in
      try parent.makeDirectory(name, mode: mode)
    }
  }

  private func open(
    _ path: String, _ open: () throws(SystemError) -> Directory,
    making: () throws(SystemError) -> Void
  ) throws(SpoolError) -> Directory {
    do throws(SystemError) {
      do { return try open() } catch { if error.number != ENOENT || !make { throw error } }
      do { try making() } catch { if error.number != EEXIST { throw error } }
      return try open()
    } catch {
      throw problem(error, at: path)
    }
  }

  /// Opens all directories of the spool, and returns `tmp/`.
  private func openAll(
    in directory: Directory, on device: UInt64
  ) throws(SpoolError) -> Directory {
    for part in SpoolDirectory.allCases where part != .tmp {
      _ = try open(part, in: directory, on: device)
    }
    return try open(.tmp, in: directory, on: device)
  }

  private func open(
    _ part: SpoolDirectory, in directory: Directory, on device: UInt64
  ) throws(SpoolError) -> Directory {
    let path = "\(path)/\(part.rawValue)"
    let opened = try open(part.rawValue, in: directory, mode: part.mode, path: path)
    guard try self.device(of: opened, path: path) == device else {
      throw unavailable(
        "\(path) lies on another file system than the spool, so no task can be moved into it")
    }
    return opened
  }

  private func device(of directory: Directory, path: String) throws(SpoolError) -> UInt64 {
    do { return try directory.device() } catch { throw problem(error, at: path) }
  }

  /// Refuses a read-only spool now, so that an administrator learns of it before a delivery comes.
  private func requireWritable(_ tmp: Directory) throws(SpoolError) {
    let space: Space
    do { space = try tmp.space() } catch { throw problem(error, at: "\(path)/tmp") }
    if space.isReadOnly { throw readOnly }
  }

  private var readOnly: SpoolError {
    let root = folders.place(of: identifier)?.root ?? ""
    return unavailable(
      "\(path) is read-only for the responder: its file system is mounted so, or the service lacks "
        + "ReadWritePaths=\(root) and NoExecPaths=\(root), in a drop-in (systemctl edit levelwind)")
  }

  /// Locks `tmp/` shared. It is swept before, if no other process writes in it.
  private func lockAndSweep(_ tmp: Directory) throws(SpoolError) {
    do {
      if try tmp.lock(exclusively: true) { sweep(tmp) }
      if try tmp.lock(exclusively: false) { return }
    } catch {
      throw problem(error, at: "\(path)/tmp")
    }
    throw unavailable("\(path)/tmp is being swept by another process")
  }

  /// Removes what a stopped process has left. A name that can't be removed does no harm, since
  /// names are never used again.
  private func sweep(_ tmp: Directory) {
    guard let names = try? tmp.names() else { return }
    for name in names where TaskName.isOurs(name) { try? tmp.unlink(name) }
  }

  /// Flushes the directory above the root. If this user may not read that directory, this process
  /// didn't make the root in it.
  private func flushParent(of root: Directory) throws(SystemError) {
    let parent: Directory
    do {
      parent = try root.directory("..")
    } catch {
      if error.number == EACCES { return } else { throw error }
    }
    try parent.flush()
  }

  private func problem(_ error: SystemError, at path: String) -> SpoolError {
    let remedy = "`levelwind incoming prepare`"
    return switch error.number {
    case ENOENT:
      unavailable("\(path) does not exist: \(remedy) makes it")
    case ENOTDIR, ELOOP:
      unavailable(
        "\(path) is a link, a FIFO or a file in place of a directory: "
          + "remove it, then \(remedy) makes the directory")
    case EACCES, EPERM:
      unavailable(
        "\(path) doesn't belong to the responder's user (\(error)): \(remedy), as root, "
          + "mends it")
    case EROFS:
      readOnly
    default:
      unavailable("\(path): \(error)")
    }
  }

  private func unavailable(_ reason: String) -> SpoolError {
    .unavailable(spool: identifier, reason: reason)
  }
}

/// The settings of one spool, from the configuration.
public struct SpoolSettings: Sendable, Equatable {
  /// The spool.
  public let spool: SpoolID
  /// Whether missing directories are made. They aren't if a group was asked for, which only
  /// `levelwind incoming prepare` can give them.
  public let make: Bool

  /// Creates the settings of one spool.
  public init(_ spool: SpoolID, make: Bool) {
    self.spool = spool
    self.make = make
  }
}
