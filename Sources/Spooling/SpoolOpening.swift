import Glibc

/// How a spool is opened from its path. What is missing is made if that is wanted, and what is no
/// directory is refused with its path and what to do about it.
struct SpoolOpening {
  let folders: SpoolFolders
  let identifier: String
  let make: Bool
  let fileSystem: any FileSystem
  let volumes: Volumes

  /// Where a spool was found.
  struct Location {
    fileprivate let root: Directory
    fileprivate let directory: Directory
    let volume: Volume
    fileprivate let fileMode: UInt32
  }

  /// Finds the spool, without a look at what is in it.
  func locate() throws(SpoolError) -> Location {
    guard let place = folders.place(of: identifier) else {
      throw unavailable("this is no identifier")
    }
    let root = try openRoot(place)
    let directory = try open(place.name, in: root, mode: place.mode, path: path)
    let volume = volumes.volume(of: try device(of: directory, path: path))
    return Location(
      root: root, directory: directory, volume: volume, fileMode: place.fileMode)
  }

  /// Opens it for writing: sweeps it, and makes the names of its directories durable.
  func open(_ location: Location) throws(SpoolError) -> Spool {
    let (root, directory, volume) = (location.root, location.directory, location.volume)
    let tmp = try openAll(in: directory, on: volume.device)
    try requireWritable(tmp)
    try lockAndSweep(tmp)
    let spool = Spool(
      identifier: identifier, path: path, directory: directory, tmp: tmp, volume: volume,
      fileMode: location.fileMode)
    // Whoever made the directories may have been stopped before their names were durable.
    try spool.attempt { () throws(SystemError) in
      try directory.flush()
      try root.flush()
      try flushParent(of: root)
    }
    return spool
  }

  private var path: String { folders.place(of: identifier)?.path ?? identifier }

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

  /// Returns `tmp/`, having looked at all the others.
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
      throw unavailable("\(path) lies on another file system than the spool: no task gets there")
    }
    return opened
  }

  private func device(of directory: Directory, path: String) throws(SpoolError) -> UInt64 {
    do { return try directory.device() } catch { throw problem(error, at: path) }
  }

  /// An administrator learns of it at once, and not with the first delivery.
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

  /// Leaves `tmp/` locked shared. It is swept only by who finds nobody else writing there.
  private func lockAndSweep(_ tmp: Directory) throws(SpoolError) {
    do {
      if try tmp.lock(exclusively: true) { sweep(tmp) }
      if try tmp.lock(exclusively: false) { return }
    } catch {
      throw problem(error, at: "\(path)/tmp")
    }
    throw unavailable("\(path)/tmp is being swept by another process")
  }

  /// Removes what a stopped process left. A name that stays does no harm: none is ever used again.
  private func sweep(_ tmp: Directory) {
    guard let names = try? tmp.names() else { return }
    for name in names where TaskName.isOurs(name) { try? tmp.unlink(name) }
  }

  /// Where the directory above may not be read, it was not this process that made the root.
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
      unavailable("\(path) is not the responder's (\(error)): \(remedy), as root, mends it")
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
