/// Commits of a process that works beside the responder, or without one: the plain way, never through
/// the write-ahead log, which is the responder's alone. The state's lock isn't needed for it: each file has
/// a name of its own, and whoever writes into a spool holds that spool's lock shared.
///
/// To be called as the user that the spools belong to.
public struct PlainCommit {
  private let set: SpoolSet

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - state: the state directory.
  ///   - settings: of the spools that commits go to.
  public init(root: String, state: String, _ settings: [SpoolSettings], floors: Floors) {
    set = SpoolSet(
      folders: SpoolFolders(spools: root, state: state), fileSystem: LinuxFileSystem(),
      spaceAge: .zero)
    set.update(settings, floors: floors)
  }

  /// Every entry is durable, whole and in its place when this returns.
  ///
  /// It can be called again where it failed or was killed: an entry whose name is anywhere in its spool was
  /// written then, and is left alone. Not by two processes at a time.
  public func write(_ commit: Commit) throws(SpoolError) { try set.writeMissing(commit) }
}
