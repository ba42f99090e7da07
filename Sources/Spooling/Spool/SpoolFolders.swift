/// Where the spools lie: those of incoming configurations side by side in one directory, and the
/// others in the directory of their kind within the state directory.
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

  /// Returns where a spool lies; nil for a path that is unknown.
  func place(of spool: SpoolID) -> Place? {
    // The configuration has checked the names before. The check is repeated because they become
    // parts of a path.
    guard SpoolID(path: spool.path) == spool else { return nil }
    let (name, root) = (spool.directory, "\(state)/\(spool.kind?.rawValue ?? "")")
    return switch spool {
    case .incoming:
      Place(
        root: spools, rootMode: SpoolDirectory.rootMode, name: name,
        mode: SpoolDirectory.spoolMode, fileMode: 0o640)
    case .records:
      // `levelwind postprocess` works on these, possibly as another user in the group of this
      // directory.
      Place(
        root: root, rootMode: 0o2770, name: name, mode: SpoolDirectory.spoolMode, fileMode: 0o640)
    case .replay, .secrets:
      Place(root: root, rootMode: 0o700, name: name, mode: 0o700, fileMode: 0o600)
    case .unknown: nil
    }
  }
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
