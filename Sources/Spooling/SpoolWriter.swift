/// Commits into one spool from beside the responder, and as durably: the plain way.
///
/// Only the spool's owner can, since nobody else may write in `tmp/`.
public struct SpoolWriter: Sendable {
  private let set: SpoolSet

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - identifier: of the spool; it is opened, not made.
  ///   - floors: what a commit leaves free.
  public init(root: String, identifier: String, floors: Floors) {
    // The state directory is for entries of another kind.
    set = SpoolSet(
      folders: SpoolFolders(spools: root, state: root), fileSystem: LinuxFileSystem(),
      spaceAge: .milliseconds(100))
    set.update([SpoolSettings(identifier: identifier, make: false)], floors: floors)
  }

  /// Returns when every entry of the commit is durable.
  public func commit(_ commit: Commit) throws(SpoolError) { try set.write(commit) }
}
