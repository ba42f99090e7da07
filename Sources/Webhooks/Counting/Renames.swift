import FoundationEssentials
import Glibc
import Spooling

/// The renamed webhooks whose counters have yet to move. For each, the state directory has a file
/// `renamed/<new>` that holds the old identifier. A command writes the file, and the responder
/// takes and removes it.
public struct Renames: Sendable {
  private let folder: String

  /// - Parameter state: the state directory.
  public init(state: String) { folder = "\(state)/renamed" }

  /// Notes a rename durably.
  public func note(_ old: Identifier, isNow new: Identifier) throws {
    if mkdir(folder, 0o750) != 0, errno != EEXIST {
      throw DurableFile.Failure(path: folder, reason: String(cString: strerror(errno)))
    }
    try DurableFile.write(Array(old.text.utf8), to: "\(folder)/\(new)", mode: 0o640)
  }

  /// Returns the renames where the snapshot has the new identifier and lacks the old one. Removes
  /// the file of every new identifier in the snapshot.
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
