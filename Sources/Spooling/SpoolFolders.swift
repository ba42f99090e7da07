/// Where the spools lie: those of incoming configurations side by side in one folder, and those of
/// `<kind>/<webhook>` in the folder of their kind within the state directory.
struct SpoolFolders: Sendable {
  /// The path of one spool.
  struct Place {
    let root: String
    let rootMode: UInt32
    let name: String
    let mode: UInt32
    /// The mode of the files in it.
    let fileMode: UInt32

    var path: String { "\(root)/\(name)" }
  }

  let spools: String
  let state: String

  /// - Returns: nil for what is no identifier. It comes from a configuration that checks it; here it
  ///   becomes a part of a path.
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
    // What `levelwind postprocess` works through, which may be another user in the group of this folder.
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
