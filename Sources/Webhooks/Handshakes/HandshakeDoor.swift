import Foundation

/// What an administrator opens for one handshake that brings a secret along: a file in the state
/// directory, which holds the moment until which it is open. The first secret closes it: whoever comes at the
/// same time finds it claimed.
public struct HandshakeDoor: Sendable {
  private let state: String
  private let webhook: String
  private var folder: String { state + "/handshakes" }
  private var path: String { "\(folder)/\(webhook)" }
  /// No webhook's identifier has a full stop.
  private var claimed: String { path + ".claimed" }

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

  /// Takes it for one secret, before that is kept.
  ///
  /// - Returns: false where another request was faster, or it is closed.
  func claim() -> Bool { rename(path, claimed) == 0 }

  /// Opens it again, since the secret could not be kept; unless it was opened anew meanwhile.
  func giveBack() {
    _ = link(claimed, path)
    unlink(claimed)
  }

  /// The secret that it was claimed for is kept.
  func finish() { unlink(claimed) }

  /// Closes it.
  public func close() {
    unlink(path)
    unlink(claimed)
  }

  /// A span of time as the configuration writes it, `10m`; nil if it is none.
  public static func span(_ text: String) -> Duration? { TimeSpan.parse(text) }
}
