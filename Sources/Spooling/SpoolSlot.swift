/// The place of one spool among the others: opens it when it is needed, and anew after a failure.
final class SpoolSlot: Sendable {
  /// How a look at a file system that is not trusted ended.
  enum Look { case healthy, sick, elsewhere, unknown }

  enum Standing { case open, elsewhere, closed }

  let identifier: String
  private let folders: SpoolFolders
  private let fileSystem: any FileSystem
  private let volumes: Volumes

  private struct State {
    var spool: Spool?
    /// The file system that it lay on when it was last opened.
    var volume: Volume?
  }
  private let state = Mutex(State())

  init(
    _ identifier: String, folders: SpoolFolders, fileSystem: any FileSystem, volumes: Volumes
  ) {
    self.identifier = identifier
    self.folders = folders
    self.fileSystem = fileSystem
    self.volumes = volumes
  }

  /// The spool, opened now if need be. Who else wants it meanwhile waits, so that it is swept once.
  ///
  /// - Parameter make: only at start and reload: where a file system is not mounted for a while,
  ///   nothing is made in its place.
  func spool(make: Bool = false) throws(SpoolError) -> Spool {
    try state.withLock { (state) throws(SpoolError) in
      if let volume = state.volume, volume.distrust != nil {
        // Not kept open, so that the administrator can unmount and mend the file system.
        state.spool = nil
        try volume.requireTrust(for: identifier)
      }
      if let spool = state.spool, !spool.isBroken, spool.isInPlace { return spool }
      state.spool = nil
      let opening = opening(make: make)
      let location = try opening.locate()
      state.volume = location.volume
      try location.volume.requireTrust(for: identifier)
      let spool = try opening.open(location)
      state.spool = spool
      return spool
    }
  }

  /// Whether the spool is open, and still the one that its path leads to.
  var standing: Standing {
    state.withLock { state in
      guard let spool = state.spool else { return .closed }
      return spool.isInPlace ? .open : .elsewhere
    }
  }

  /// Closes the spool after the last commit that uses it; it is opened anew when it is needed.
  func letGo() { state.withLock { $0.spool = nil } }

  func liesOn(_ volume: Volume) -> Bool { state.withLock { $0.volume === volume } }

  /// Finds out whether a file system that is not trusted works again, if this spool still lies there.
  func look(at volume: Volume) -> Look {
    let opening = opening(make: false)
    guard let location = try? opening.locate() else { return .unknown }
    guard location.volume === volume else {
      state.withLock { $0.volume = location.volume }
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
