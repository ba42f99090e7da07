import Foundation

/// What an administrator opens for one handshake that brings a secret along: a file in the state
/// directory, which holds the moment until which it is open. The first secret closes it.
public struct HandshakeDoor: Sendable {
  private let state: String
  private let webhook: String
  private var folder: String { state + "/handshakes" }
  private var path: String { "\(folder)/\(webhook)" }

  /// - Parameters:
  ///   - webhook: its identifier.
  ///   - state: the state directory.
  public init(of webhook: Identifier, state: String) {
    self.webhook = webhook.text
    self.state = state
  }

  /// Opens it, in place of what was open before. To be called as the user that the state belongs to.
  public func open(until end: Date) throws {
    if access(folder, F_OK) != 0 {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
    }
    try DurableFile.write(
      Array("\(Int(end.timeIntervalSince1970))\n".utf8), to: path, mode: 0o640)
  }

  /// Whether it is open. Costs one look at a file.
  public func isOpen(at now: Date) -> Bool {
    guard let file = try? BoundedFile.read(path, limit: 100) else { return false }
    let text = String(decoding: file.bytes, as: UTF8.self).prefix { $0 != "\n" }
    return Double(text).map { now.timeIntervalSince1970 < $0 } ?? false
  }

  /// Closes it.
  public func close() { unlink(path) }

  /// A span of time as the configuration writes it, `10m`; nil if it is none.
  public static func span(_ text: String) -> Duration? { TimeSpan.parse(text) }
}
