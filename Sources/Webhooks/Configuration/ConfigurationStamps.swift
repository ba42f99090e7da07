import FoundationEssentials
import Glibc

/// The times and sizes of a configuration's files when it was loaded, which show later changes. The
/// content of the files isn't kept, because some are secrets.
public struct ConfigurationStamps: Sendable, Equatable, Codable {
  /// The absolute path of the configuration's folder.
  public let folder: String
  /// The time of modification and the size of each file, by its path from the folder.
  private let files: [String: String]
  /// The folders that this user could list.
  private let folders: Set<String>

  /// Takes the stamps of the files that exist now.
  ///
  /// - Parameter directory: the configuration's folder.
  public init(of directory: String) {
    let folder = URL(filePath: directory, directoryHint: .isDirectory).standardizedFileURL
      .path(percentEncoded: false)
    var paths = [SettingsFile.name]
    var folders: Set<String> = []
    for name in [WebhookFile.folder, IncomingFile.folder, SecretUse.sender.folder] {
      let path = "\(folder)/\(name)"
      guard access(path, R_OK | X_OK) == 0, let names = try? FolderListing.names(in: path) else {
        continue
      }
      folders.insert(name)
      let isSecret = name == SecretUse.sender.folder
      paths += names.filter { name in
        !name.hasPrefix(".") && (isSecret || name.hasSuffix(".yaml"))
          && !name.utf8.contains(UInt8(ascii: "\n"))
      }.map { "\(name)/\($0)" }
    }
    self.folder = folder
    self.folders = folders
    files = paths.reduce(into: [:]) { files, path in
      var status = stat()
      guard stat("\(folder)/\(path)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        return
      }
      files[path] = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_size)"
    }
  }

  /// The files that have changed since, in order: `webhooks/erp.yaml`, `webhooks/new.yaml (new)`,
  /// `webhooks/old.yaml (gone)`. Folders that this user can't list are left out.
  public var changes: [String] {
    let now = ConfigurationStamps(of: folder)
    let seen = folders.intersection(now.folders)
    return Set(files.keys).union(now.files.keys).sorted().compactMap { path in
      let place = path.split(separator: "/").first.map(String.init) ?? ""
      guard path == SettingsFile.name || seen.contains(place) else { return nil }
      switch (files[path], now.files[path]) {
      case (let before?, let after?): return before == after ? nil : path
      case (nil, _?): return "\(path) (new)"
      default: return "\(path) (gone)"
      }
    }
  }
}

/// The stamps are one text with a line a file. Tens of thousands of values of their own would take
/// a coder of JSON long.
extension ConfigurationStamps {
  private enum CodingKeys: CodingKey {
    case folder, folders, files
  }

  /// Reads the stamps that `encode` wrote.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    folder = try values.decode(String.self, forKey: .folder)
    folders = try values.decode(Set<String>.self, forKey: .folders)
    let text = try values.decode(String.self, forKey: .files)
    files = text.utf8.split(separator: UInt8(ascii: "\n")).reduce(into: [:]) { files, line in
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      if parts.count == 2 { files[String(Substring(parts[1]))] = String(Substring(parts[0])) }
    }
  }

  /// Writes the stamps, a line a file.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(folder, forKey: .folder)
    try values.encode(folders.sorted(), forKey: .folders)
    var text = ""
    for (path, stamp) in files {
      text += stamp
      text += "\t"
      text += path
      text += "\n"
    }
    try values.encode(text, forKey: .files)
  }
}
