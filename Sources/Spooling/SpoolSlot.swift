/// The place of one spool among the others: opens it when it is needed, and anew after a failure.
final class SpoolSlot: Sendable {
  /// How a look at a file system that is not trusted ended.
  enum Look { case healthy, sick, elsewhere, unknown }

  let identifier: String
  private let folders: SpoolFolders
  private let fileSystem: any FileSystem
  private let volumes: Volumes

  private struct Known {
    /// The file system that it lay on when it was last found.
    var volume: Volume?
    /// Whether it is to be opened anew, and made where it is missing.
    var isStale = false
    var makes = false
  }
  /// Held while it is opened, which a file system that hangs makes last.
  private let opened = Mutex<Spool?>(nil)
  /// Never held during a system call.
  private let known = Mutex(Known())

  init(
    _ identifier: String, folders: SpoolFolders, fileSystem: any FileSystem, volumes: Volumes
  ) {
    self.identifier = identifier
    self.folders = folders
    self.fileSystem = fileSystem
    self.volumes = volumes
  }

  /// The file system that it lay on when it was last found; nil if it was not. Makes no system call.
  var volume: Volume? { known.withLock { $0.volume } }

  /// Whether it has to be opened anew before it is used.
  var isStale: Bool { known.withLock { $0.isStale } }

  /// Has it opened anew when it is needed.
  ///
  /// - Parameter make: only at start and reload: where a file system is not mounted for a while,
  ///   nothing is made in its place.
  func renew(make: Bool = false) {
    known.withLock { known in
      known.isStale = true
      known.makes = make || known.makes
    }
  }

  /// Finds out which file system it lies on.
  func locate() throws(SpoolError) {
    let make = known.withLock { $0.makes }
    do {
      let volume = try opening(make: make).locate().volume
      known.withLock { $0.volume = volume }
    } catch {
      known.withLock { $0.volume = nil }
      throw error
    }
  }

  /// The spool, opened now if need be. Another that wants it meanwhile waits, so that it is swept once.
  func spool() throws(SpoolError) -> Spool {
    try opened.withLock { (spool) throws(SpoolError) in
      let (isStale, make) = known.withLock { known in
        defer { known.makes = false }
        return (known.isStale, known.makes)
      }
      if let volume, volume.distrust != nil {
        // Not kept open, so that the administrator can unmount and mend the file system.
        spool = nil
        try volume.requireTrust(for: identifier)
      }
      if !isStale, let spool, !spool.isBroken, spool.isInPlace { return spool }
      spool = nil
      let opening = opening(make: make)
      let location = try opening.locate()
      known.withLock { $0.volume = location.volume }
      try location.volume.requireTrust(for: identifier)
      let found = try opening.open(location)
      known.withLock { $0.isStale = false }
      spool = found
      return found
    }
  }

  /// Whether the spool is open, and still the one that its path leads to.
  var isInPlace: Bool {
    opened.withLock { spool in spool.map { !$0.isBroken && $0.isInPlace } ?? false }
  }

  /// Closes the spool after the last commit that uses it; it is opened anew when it is needed.
  func letGo() { opened.withLock { $0 = nil } }

  /// What is free there, where it is open.
  func space() -> Space? { opened.withLock { spool in try? spool?.directory.space() } }

  /// Finds out whether a file system that is not trusted works again, if this spool still lies there.
  func look(at volume: Volume) -> Look {
    let opening = opening(make: false)
    guard let location = try? opening.locate() else { return .unknown }
    guard location.volume === volume else {
      known.withLock { $0.volume = location.volume }
      return .elsewhere
    }
    guard let spool = try? opening.open(location) else { return .unknown }
    do {
      try Probe.run(in: spool.tmp)
      return .healthy
    } catch {
      volume.distrust("probe in spool \(identifier): \(error)")
      return .sick
    }
  }

  private func opening(make: Bool) -> SpoolOpening {
    SpoolOpening(
      folders: folders, identifier: identifier, make: make, fileSystem: fileSystem,
      volumes: volumes)
  }
}
