/// Where the spools lie: those of incoming configurations side by side in one directory, and those
/// of `<kind>/<webhook>` in the directory of their kind within the state directory.
struct SpoolFolders: Sendable {
  /// The path and the modes of one spool.
  struct Place {
    let root: String
    let rootMode: UInt32
    let name: String
    let mode: UInt32
    /// The mode of the files in the spool.
    let fileMode: UInt32

    var path: String { "\(root)/\(name)" }
  }

  let spools: String
  let state: String

  /// Returns where a spool lies.
  ///
  /// - Returns: nil if this isn't an identifier. The configuration has checked it before; the check
  ///   is repeated because the identifier becomes part of a path.
  func place(of identifier: String) -> Place? {
    let parts = identifier.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
      return nil
    }
    if parts.count == 1 {
      return Place(
        root: spools, rootMode: SpoolDirectory.rootMode, name: parts[0],
        mode: SpoolDirectory.spoolMode, fileMode: 0o640)
    }
    let root = "\(state)/\(parts[0])"
    // `levelwind postprocess` works on these, possibly as another user in the group of this
    // directory.
    if parts[0] == Self.records {
      return Place(
        root: root, rootMode: 0o2770, name: parts[1], mode: SpoolDirectory.spoolMode,
        fileMode: 0o640)
    }
    return Place(root: root, rootMode: 0o700, name: parts[1], mode: 0o700, fileMode: 0o600)
  }

  /// The kind of the spools that hold records for post-processors.
  private static let records = "postprocess"
}

/// The directories of a spool, and the modes that `prepare` and `serve` give them.
public enum SpoolDirectory: String, Sendable, CaseIterable {
  /// Tasks that are being written. Only the responder may use it.
  case tmp
  /// Whole tasks, in order of arrival.
  case new
  /// Tasks that an importer has claimed.
  case cur
  /// Deferred tasks, with `<name>.retry` beside each.
  case retry
  /// Tasks that were given up, with `<name>.reason` beside each.
  case failed
  /// Finished tasks, kept for a while if the importer asks for that.
  case done

  /// The directory's mode. It is setgid, so that everything made in it gets the group of the spool.
  public var mode: UInt32 { self == .tmp ? 0o2700 : 0o2770 }

  /// The mode of the directory that contains these.
  public static let spoolMode: UInt32 = 0o2750

  /// The mode of the directory that contains all spools: everybody may pass through it, and only
  /// its owner may list it.
  public static let rootMode: UInt32 = 0o711
}

/// The state of a task in a spool, named like the directory that the task lies in.
public enum TaskState: String, Sendable, CaseIterable {
  /// The task waits for an importer.
  case new
  /// An importer has claimed the task.
  case cur
  /// An attempt failed or was deferred; another one is due later.
  case retry
  /// The task was given up, until somebody retries or purges it.
  case failed
  /// The task is finished, and kept for a while.
  case done
}
