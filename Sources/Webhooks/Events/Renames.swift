import Foundation

/// The webhooks that were renamed and whose counters are to go along: a file each, `renamed/<new>` in the
/// state directory, which holds the old identifier. A command makes it, and the responder takes it.
public struct Renames: Sendable {
  private let folder: String

  public init(state: String) { folder = "\(state)/renamed" }

  /// Remembers one, durably.
  public func note(_ old: Identifier, isNow new: Identifier) throws {
    if mkdir(folder, 0o750) != 0, errno != EEXIST {
      throw DurableFile.Failure(path: folder, reason: String(cString: strerror(errno)))
    }
    try DurableFile.write(Array(old.text.utf8), to: "\(folder)/\(new)", mode: 0o640)
  }

  /// Those that a snapshot knows by their new identifier alone; they are remembered no longer.
  public func take(_ snapshot: Snapshot) -> [(old: Identifier, new: Identifier)] {
    ((try? FolderListing.names(in: folder)) ?? []).compactMap { name in
      guard let new = Identifier(name), snapshot.webhooks[new] != nil else { return nil }
      let path = "\(folder)/\(name)"
      let file = try? BoundedFile.read(path, limit: Identifier.maximumLength)
      unlink(path)
      guard let old = file.flatMap({ Identifier(bytes: $0.bytes) }), snapshot.webhooks[old] == nil
      else { return nil }
      return (old, new)
    }
  }
}
