import Foundation
import Verification

/// The key store in the state directory: `keys/`, a file for each URL, and `keys/wanted/`, a file for
/// each key that a delivery was in want of. The responder reads the one and writes the other;
/// `levelwind keys refresh` does the reverse.
public struct KeyFolder: Sendable {
  /// The most wanted keys that are noted at a time: senders name them.
  static let mostWanted = 256
  /// The most bytes that a file of it may have.
  private static let byteLimit = 1 << 20

  private let state: String
  private var path: String { state + "/keys" }
  private var wantedPath: String { path + "/wanted" }

  /// - Parameter state: the state directory.
  public init(state: String) { self.state = state }

  /// Every key that can be used; what can't is skipped.
  public func keys() -> KeyStore {
    var store = KeyStore()
    for name in names(in: path) {
      guard let file: KeyFile = read("\(path)/\(name)") else { continue }
      try? store.insert(Array(file.content.utf8), from: file.url)
    }
    return store
  }

  /// What was fetched from a URL the last time; nil if it never was.
  public func file(of url: String) -> KeyFile? {
    let file: KeyFile? = read("\(path)/\(Self.name(of: url))")
    return file?.url == url ? file : nil
  }

  /// Keeps what was fetched, durably, in place of what was there.
  public func keep(_ file: KeyFile) throws {
    try makeFolders()
    try DurableFile.write(
      Array(try Self.encoder.encode(file)), to: "\(path)/\(Self.name(of: file.url))", mode: 0o640,
      owner: Owner(of: state))
  }

  /// The keys that deliveries were in want of.
  public func wanted() -> [WantedKey] {
    names(in: wantedPath).compactMap { read("\(wantedPath)/\($0)") }
  }

  /// Notes that a key is wanted, unless it is noted already or too many are.
  func want(_ key: WantedKey) throws {
    try makeFolders()
    let noted = names(in: wantedPath)
    let name = Self.name(of: key.url)
    guard noted.count < Self.mostWanted, !noted.contains(name) else { return }
    try Data(try Self.encoder.encode(key)).write(
      to: URL(filePath: "\(wantedPath)/\(name)"), options: .atomic)
  }

  /// Takes a note away, once the key was fetched, or can't be.
  public func forget(_ key: WantedKey) {
    unlink("\(wantedPath)/\(Self.name(of: key.url))")
  }

  /// Changes with every file that `keep` puts there; nil where nothing was kept yet.
  var stamp: timespec? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mtim : nil
  }

  private static func name(of url: String) -> String {
    HashName.sha256.hexDigest(of: Array(url.utf8)).prefix(32) + ".json"
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private func names(in folder: String) -> [String] {
    ((try? FolderListing.names(in: folder)) ?? []).filter { name in
      name.hasSuffix(".json") && !name.hasPrefix(".")
    }
  }

  private func read<Value: Decodable>(_ path: String) -> Value? {
    guard let file = try? BoundedFile.read(path, limit: Self.byteLimit) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try? decoder.decode(Value.self, from: Data(file.bytes))
  }

  private func makeFolders() throws {
    for folder in [path, wantedPath] where access(folder, F_OK) != 0 {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
      try Owner(of: state)?.give(folder)
    }
  }
}
