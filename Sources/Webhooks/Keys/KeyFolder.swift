import FoundationEssentials
import Glibc
import Spooling
import Verification

/// The key store in the state directory. `keys/` has a file for each URL that was fetched, and
/// `keys/wanted/` a file for each key that a delivery needed and that was missing. The responder
/// reads the fetched files and writes the wanted ones; `levelwind keys refresh` does the reverse.
/// Both run as the user that owns the state.
public struct KeyFolder: Sendable {
  /// The most wanted keys of one webhook that are noted, both in the folder and within a minute,
  /// keys at fixed URLs aside. A delivery that isn't verified yet may name any URL.
  static let mostWanted = 32
  /// Seconds for which a URL isn't fetched again after it answered without a key.
  private static let failureAge: TimeInterval = 3600
  /// The most failed URLs that are remembered.
  private static let mostFailures = 4096
  /// The most bytes that a file in the folder may have.
  private static let byteLimit = 1 << 20

  private let state: String
  private var path: String { state + "/keys" }
  private var wantedPath: String { path + "/wanted" }

  /// - Parameter state: The path of the state directory.
  public init(state: String) { self.state = state }

  /// Returns every usable key. Files that can't be read are skipped.
  public func keys() -> KeyStore {
    var store = KeyStore()
    for name in names(in: path) {
      guard let file: KeyFile = read("\(path)/\(name)") else { continue }
      try? store.insert(Array(file.content.utf8), from: file.url)
    }
    return store
  }

  /// Returns the last fetch of a URL; nil if it was never fetched.
  public func file(of url: String) -> KeyFile? {
    let file: KeyFile? = read("\(path)/\(Self.name(of: url))")
    return file?.url == url ? file : nil
  }

  /// Stores a fetch durably, in place of the URL's last one.
  public func keep(_ file: KeyFile) throws {
    try makeFolders()
    try DurableFile.write(
      Array(try Self.encoder.encode(file)), to: "\(path)/\(Self.name(of: file.url))", mode: 0o640)
  }

  /// Returns the keys that deliveries need, one of each webhook, then the next of each, so that no
  /// webhook waits for all keys of another.
  public func wanted() -> [WantedKey] {
    let keys = names(in: wantedPath).compactMap { name -> WantedKey? in
      let key: WantedKey? = read("\(wantedPath)/\(name)")
      return key.flatMap { Identifier($0.webhook) == nil ? nil : $0 }
    }
    let lists = Dictionary(grouping: keys, by: \.webhook).sorted { $0.key < $1.key }.map(\.value)
    return (0..<(lists.map(\.count).max() ?? 0)).flatMap { index in
      lists.compactMap { index < $0.count ? $0[index] : nil }
    }
  }

  /// Notes a wanted key, unless it is noted already or its webhook has too many.
  func want(_ key: WantedKey) throws {
    try makeFolders()
    let noted = names(in: wantedPath)
    let name = Self.name(of: key)
    let count = noted.count { $0.hasPrefix("\(key.webhook).") }
    guard !noted.contains(name), key.isFixed || count < Self.mostWanted else { return }
    try Data(try Self.encoder.encode(key)).write(
      to: URL(filePath: "\(wantedPath)/\(name)"), options: .atomic)
  }

  /// Removes a note once the key was fetched, or can't be.
  public func forget(_ key: WantedKey) {
    var key = key
    for isFixed in [false, true] {
      key.isFixed = isFixed
      unlink("\(wantedPath)/\(Self.name(of: key))")
    }
  }

  /// Returns the moments of the last hour at which a URL answered without a key, by URL.
  public func failures(at now: Date) -> [String: Date] {
    let all: [String: Date] = read(failuresPath) ?? [:]
    return all.filter { 0..<Self.failureAge ~= now.timeIntervalSince($0.value) }
  }

  /// Replaces the remembered failures. If there are too many, the latest are kept.
  public func keep(failures: [String: Date]) throws {
    try makeFolders()
    let last = failures.sorted { $0.value > $1.value }.prefix(Self.mostFailures)
    let kept = Dictionary(uniqueKeysWithValues: last.map { ($0.key, $0.value) })
    try DurableFile.write(Array(try Self.encoder.encode(kept)), to: failuresPath, mode: 0o640)
  }

  private var failuresPath: String { path + "/failures" }

  /// Returns the name of a note's file. A webhook's identifier contains no dot, so the first dot
  /// ends it.
  private static func name(of key: WantedKey) -> String {
    key.isFixed ? name(of: key.url) : "\(key.webhook).\(name(of: key.url))"
  }

  /// The folder's modification time, which every `keep` changes; nil if the folder doesn't exist
  /// yet.
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
    for folder in [path, wantedPath] { try LinuxFileSystem().makePath(folder, mode: 0o750) }
  }
}

/// One fetch of a URL where a sender publishes keys, as the key store keeps it.
public struct KeyFile: Sendable, Codable, Equatable {
  /// The URL that was fetched.
  public let url: String
  /// The moment of the fetch.
  public let fetched: Date
  /// The fetched text: a JSON Web Key Set, a public key or a certificate.
  public let content: String

  /// Creates a record of a fetch at the moment `fetched`.
  public init(url: String, fetched: Date, content: String) {
    self.url = url
    self.fetched = fetched
    self.content = content
  }
}
