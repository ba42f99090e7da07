import Foundation
import Verification

/// The key store in the state directory: `keys/`, a file for each URL, and `keys/wanted/`, a file for
/// each key that a delivery was in want of. The responder reads the one and writes the other;
/// `levelwind keys refresh` does the reverse. Both are the user that the state belongs to.
public struct KeyFolder: Sendable {
  /// The most wanted keys of a webhook that are noted at a time, and in a minute, besides those at fixed URLs:
  /// before it is verified, a delivery names what it likes.
  static let mostWanted = 32
  /// So long nothing is fetched again that was answered with no key.
  private static let failureAge: TimeInterval = 3600
  /// The most of these that are remembered.
  private static let mostFailures = 4096
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
      Array(try Self.encoder.encode(file)), to: "\(path)/\(Self.name(of: file.url))", mode: 0o640)
  }

  /// The keys that deliveries were in want of: of each webhook one, then the next of each, so that none waits
  /// for all of another's.
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

  /// Notes that a key is wanted, unless it is noted already or too many of its webhook are.
  func want(_ key: WantedKey) throws {
    try makeFolders()
    let noted = names(in: wantedPath)
    let name = Self.name(of: key)
    let count = noted.count { $0.hasPrefix("\(key.webhook).") }
    guard !noted.contains(name), key.isFixed || count < Self.mostWanted else { return }
    try Data(try Self.encoder.encode(key)).write(
      to: URL(filePath: "\(wantedPath)/\(name)"), options: .atomic)
  }

  /// Takes a note away, once the key was fetched, or can't be.
  public func forget(_ key: WantedKey) {
    var key = key
    for isFixed in [false, true] {
      key.isFixed = isFixed
      unlink("\(wantedPath)/\(Self.name(of: key))")
    }
  }

  /// When what was fetched from a URL was no key, within the last hour; by URL.
  public func failures(at now: Date) -> [String: Date] {
    let all: [String: Date] = read(failuresPath) ?? [:]
    return all.filter { 0..<Self.failureAge ~= now.timeIntervalSince($0.value) }
  }

  /// Replaces what is remembered of them; of too many, the last are.
  public func keep(failures: [String: Date]) throws {
    try makeFolders()
    let last = failures.sorted { $0.value > $1.value }.prefix(Self.mostFailures)
    let kept = Dictionary(uniqueKeysWithValues: last.map { ($0.key, $0.value) })
    try DurableFile.write(Array(try Self.encoder.encode(kept)), to: failuresPath, mode: 0o640)
  }

  private var failuresPath: String { path + "/failures" }

  /// A webhook's name has no dot in it.
  private static func name(of key: WantedKey) -> String {
    key.isFixed ? name(of: key.url) : "\(key.webhook).\(name(of: key.url))"
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
    }
  }
}
