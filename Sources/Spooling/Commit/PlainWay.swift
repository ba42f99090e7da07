/// Writes tasks the plain way: when `write` returns, each of them is on the device, whole, and in
/// its place.
enum PlainWay {
  /// How many files are open at once.
  private static let most = 64

  static func write(_ entries: [(entry: Commit.Entry, spool: Spool)]) throws(SpoolError) {
    // The reasons are durable before their tasks appear: nothing in failed/ lacks its reason.
    try put(entries.compactMap { SpoolFile(reasonOf: $0.entry, in: $0.spool) })
    try put(entries.filter { !$0.entry.isState }.map { SpoolFile($0.entry, in: $0.spool) })
    // Entries of the state follow their tasks. If a replay key were durable without its tasks, the
    // sender's next attempt would be taken for a copy.
    try put(entries.filter(\.entry.isState).map { SpoolFile($0.entry, in: $0.spool) })
    // While these files were flushed, another thread may have learned that the file system lost
    // writes.
    for (_, spool) in entries { try spool.volume.requireTrust(for: spool.identifier) }
  }

  private static func put(_ files: [SpoolFile]) throws(SpoolError) {
    if files.isEmpty { return }
    do {
      let targets = try SpoolTargets(of: files.map(\.staged))
      for start in stride(from: 0, to: files.count, by: most) {
        let some = files[start...].prefix(most)
        // All of them are written before the first is flushed, so that the system takes them to the
        // device together.
        for file in some { try file.write() }
        for file in some { try file.flush() }
        for file in some { try file.close() }
      }
      for file in files { try file.move(into: targets) }
      try targets.flush()
    } catch {
      for file in files { file.discard() }
      throw error
    }
  }
}

/// Commits of a process that works beside the responder, or without one.
///
/// They go the plain way, never through the write-ahead log, which is the responder's alone. They
/// don't need the state's lock: each file has a name of its own, and every process that writes into
/// a spool holds that spool's lock shared.
///
/// The process must run as the user that the spools belong to.
public struct PlainCommit {
  private let set: SpoolSet

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - state: the state directory.
  ///   - settings: the settings of the spools that commits go to.
  ///   - floors: what a commit leaves free.
  public init(root: String, state: String, _ settings: [SpoolSettings], floors: Floors) {
    set = SpoolSet(
      folders: SpoolFolders(spools: root, state: state), fileSystem: LinuxFileSystem(),
      spaceAge: .zero)
    set.update(settings, floors: floors)
  }

  /// Writes a commit: every entry is durable, whole and in its place when this returns.
  ///
  /// After a failure or a kill, the same commit can be written again: an entry whose name is
  /// anywhere in its spool was written then, and is left alone. Two processes must not write the
  /// same commit at a time.
  public func write(_ commit: Commit) throws(SpoolError) { try set.writeMissing(commit) }
}

/// Commits into one spool from beside the responder, the plain way and as durably.
///
/// Only the spool's owner can commit, since nobody else may write in `tmp/`.
public struct SpoolWriter: Sendable {
  private let set: SpoolSet

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - identifier: the spool's identifier. The spool is opened, not made.
  ///   - floors: what a commit leaves free.
  public init(root: String, identifier: String, floors: Floors) {
    // Entries of this spool never go to a state directory, so any path will do.
    set = SpoolSet(
      folders: SpoolFolders(spools: root, state: root), fileSystem: LinuxFileSystem(),
      spaceAge: .milliseconds(100))
    set.update([SpoolSettings(.incoming(identifier), make: false)], floors: floors)
  }

  /// Writes a commit; every entry is durable when this returns.
  public func commit(_ commit: Commit) throws(SpoolError) { try set.write(commit) }
}
