import Foundation

@testable import Webhooks

/// A configuration in a folder of its own, removed with this object.
final class ConfigurationFiles {
  let path: String
  /// The moment of every loading.
  static let now = Date(timeIntervalSince1970: 1_795_456_146)

  init(_ files: [String: String] = [:]) throws {
    path = NSTemporaryDirectory() + "levelwind-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String, mode: Int = 0o640) throws {
    try write(Array(text.utf8), to: name, mode: mode)
  }

  func write(_ bytes: [UInt8], to name: String, mode: Int = 0o640) throws {
    let url = URL(filePath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  func load(
    _ previous: Snapshot? = nil, credentials: Credentials = .none, at now: Date = now
  ) -> Loading {
    Snapshot.load(directory: path, previous: previous, credentials: credentials, now: now)
  }

  /// Returns the lines that `check` would print.
  func problems(_ previous: Snapshot? = nil, credentials: Credentials = .none) -> [String] {
    load(previous, credentials: credentials).problems.map(\.description)
  }
}

/// A valid webhook for `stock`.
let rightWebhook = """
  incoming: stock
  pre_processors: []

  """
