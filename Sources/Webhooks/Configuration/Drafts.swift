import Foundation

/// Files of the configuration as they would be, to look at a change before it is made: the loader
/// takes them in the place of what is on the disk.
public struct Drafts: Sendable {
  /// By path from the configuration's folder; nil for a file that would be gone.
  private var files: [String: [UInt8]?] = [:]

  public init() {}

  /// What the file `webhooks/erp.yaml` would hold; nil where it would be gone.
  public mutating func set(_ path: String, to bytes: [UInt8]?) { files[path] = .some(bytes) }

  /// Reads a file of the folder, or its draft. A draft has the mode of the file in its place.
  ///
  /// - Parameter path: absolute.
  func read(
    _ path: String, in folder: String, limit: Int
  ) throws(BoundedFile.Failure) -> BoundedFile {
    let prefix = folder + "/"
    guard path.hasPrefix(prefix), let draft = files[String(path.dropFirst(prefix.count))] else {
      return try BoundedFile.read(path, limit: limit)
    }
    guard let draft else { throw .missing }
    guard draft.count <= limit else { throw .tooLarge(limit) }
    var status = stat()
    let isWorldReadable = stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    return BoundedFile(bytes: draft, isWorldReadable: isWorldReadable)
  }

  /// The identifiers of a folder's files with the drafts among them.
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
