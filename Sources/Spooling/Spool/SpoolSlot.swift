import Bytes

/// The place of one spool in a `SpoolSet`. It opens the spool when that is needed, and anew after a
/// failure.
final class SpoolSlot: Sendable {
  /// How a look at a file system that isn't trusted ended.
  enum Look { case healthy, sick, elsewhere, unknown }

  let identifier: SpoolID
  private let folders: SpoolFolders
  private let fileSystem: any FileSystem
  private let volumes: Volumes

  private struct Known {
    /// The file system on which the spool was last found.
    var volume: Volume?
    /// Whether the spool has to be opened anew before it is used.
    var isStale = false
    /// Whether directories that are missing may be made when it is opened.
    var makes = false
  }
  /// Held while the spool is opened, which a file system that hangs can make last.
  private let opened = Mutex<Spool?>(nil)
  /// Never held during a system call.
  private let known = Mutex(Known())

  init(
    _ identifier: SpoolID, folders: SpoolFolders, fileSystem: any FileSystem, volumes: Volumes
  ) {
    self.identifier = identifier
    self.folders = folders
    self.fileSystem = fileSystem
    self.volumes = volumes
  }

  /// The file system on which the spool was last found; nil if it was not found. Makes no system
  /// call.
  var volume: Volume? { known.withLock { $0.volume } }

  /// Whether the spool has to be opened anew before it is used.
  var isStale: Bool { known.withLock { $0.isStale } }

  /// Makes the spool be opened anew before its next use.
  ///
  /// - Parameter make: whether missing directories may be made then. Only start and reload may set
  ///   it: while a file system isn't mounted, nothing must be made in its place.
  func renew(make: Bool = false) {
    known.withLock { known in
      known.isStale = true
      known.makes = make || known.makes
    }
  }

  /// Finds out which file system the spool lies on.
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

  /// Returns the spool, and opens it if need be. Other threads that want it wait for that, so that
  /// it is swept once.
  func spool() throws(SpoolError) -> Spool {
    try opened.withLock { (spool) throws(SpoolError) in
      let (isStale, make) = known.withLock { known in
        defer { known.makes = false }
        return (known.isStale, known.makes)
      }
      if let volume, volume.distrust != nil {
        // The spool isn't kept open, so that the administrator can unmount and repair the file
        // system.
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

  /// Whether the spool is open, and its path still leads to it.
  var isInPlace: Bool {
    opened.withLock { spool in spool.map { !$0.isBroken && $0.isInPlace } ?? false }
  }

  /// Closes the spool after the last commit that uses it. It is opened anew when it is needed.
  func letGo() { opened.withLock { $0 = nil } }

  /// Returns what is free on its file system; nil if the spool isn't open, or the call fails.
  func space() -> Space? { opened.withLock { spool in try? spool?.directory.space() } }

  /// Finds out whether a file system that isn't trusted works again, if this spool still lies on
  /// it.
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
