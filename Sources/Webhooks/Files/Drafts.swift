import FoundationEssentials
import Glibc

/// Files of the configuration as they would be after a change, to check the change before it is
/// made. The loader reads them in place of the files on the disk.
public struct Drafts: Sendable {
  /// The content by path from the configuration's folder; nil for a file that would be gone.
  private var files: [String: [UInt8]?] = [:]

  /// Creates a set of no drafts.
  public init() {}

  /// Whether there are none.
  var isEmpty: Bool { files.isEmpty }

  /// Sets the content that a file such as `webhooks/erp.yaml` would have; nil removes the file.
  public mutating func set(_ path: String, to bytes: [UInt8]?) { files[path] = .some(bytes) }

  /// Reads a draft, or the file itself if there isn't a draft. A draft has the mode of the file
  /// that it replaces.
  ///
  /// - Parameters:
  ///   - path: the absolute path of the file.
  ///   - folder: the absolute path of the configuration's folder.
  ///   - limit: the most bytes that are read.
  /// - Returns: the content, and whether every user can read the file.
  /// - Throws: `missing`, `tooLarge`, `notRegular` or `unreadable`, if there isn't a content.
  func read(
    _ path: String, in folder: String, limit: Int
  ) throws(BoundedFile.Failure) -> BoundedFile {
    let prefix = folder + "/"
    guard path.hasPrefix(prefix), let draft = files[String(path.dropFirst(prefix.count))] else {
      return try BoundedFile.readTrusted(path, limit: limit)
    }
    guard let draft else { throw .missing }
    guard draft.count <= limit else { throw .tooLarge(limit) }
    var status = stat()
    let isWorldReadable = stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    return BoundedFile(bytes: draft, isWorldReadable: isWorldReadable, stamp: nil)
  }

  /// Returns the identifiers of a folder's files after the drafts: new files are added, removed
  /// ones are left out.
  func changing(_ identifiers: [Identifier], in folder: String) -> [Identifier] {
    var all = Set(identifiers)
    for (path, draft) in files {
      let parts = path.split(separator: "/")
      guard parts.count == 2, parts[0] == folder, path.hasSuffix(".yaml"),
        let identifier = Identifier(String(parts[1].dropLast(5)))
      else { continue }
      if draft == nil { all.remove(identifier) } else { all.insert(identifier) }
    }
    return all.sorted()
  }
}
