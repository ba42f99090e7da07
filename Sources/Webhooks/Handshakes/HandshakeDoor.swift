import FoundationEssentials
import Glibc
import Spooling
import Verification

/// The permission of an administrator for one handshake that brings a secret along: a file in the
/// state directory that holds the moment when the permission ends. The first secret claims the
/// door, and a request at the same time finds it claimed.
public struct HandshakeDoor: Sendable {
  private let state: String
  private let webhook: String
  private var folder: String { state + "/handshakes" }
  private var path: String { "\(folder)/\(webhook)" }
  /// The suffix can't be part of another webhook's path: an identifier has no full stop.
  private var claimed: String { path + ".claimed" }

  /// - Parameters:
  ///   - webhook: the webhook's identifier.
  ///   - state: the state directory.
  public init(of webhook: Identifier, state: String) {
    self.webhook = webhook.text
    self.state = state
  }

  /// Opens the door until a moment, in place of an earlier one. Must be called as the user who owns
  /// the state directory.
  public func open(until end: Date) throws {
    try LinuxFileSystem().makePath(folder, mode: 0o750)
    try DurableFile.write(
      Array("\(Int(end.timeIntervalSince1970))\n".utf8), to: path, mode: 0o640)
  }

  /// Whether the door is open. Reads one file.
  public func isOpen(at now: Date) -> Bool {
    guard let file = try? BoundedFile.read(path, limit: 100) else { return false }
    let text = String(decoding: file.bytes, as: UTF8.self).prefix { $0 != "\n" }
    return Double(text).map { now.timeIntervalSince1970 < $0 } ?? false
  }

  /// Claims the door for one secret, before the secret is stored.
  ///
  /// - Returns: false if another request claimed it first, or the door is closed.
  func claim() -> Bool { rename(path, claimed) == 0 }

  /// Opens the door again because the secret couldn't be stored, unless the administrator has since
  /// opened it anew.
  func giveBack() {
    _ = link(claimed, path)
    unlink(claimed)
  }

  /// Closes the claimed door for good, because the secret is stored.
  func finish() { unlink(claimed) }

  /// Closes the door, also a claimed one.
  public func close() {
    unlink(path)
    unlink(claimed)
  }

  /// Returns a span of time as the configuration writes it, `10m`; nil if the text isn't one.
  public static func span(_ text: String) -> Duration? { TimeSpan.parse(text) }
}

/// A URL that a sender wants opened after its handshake was answered, as a record holds it.
public struct OpenRecord: Sendable, Equatable, Codable {
  /// `levelwind.open`.
  public let type: String
  /// The webhook's identifier.
  public let webhook: String
  /// The name of the sender's preset.
  public let sender: String
  /// The id of the delivery that brought the URL.
  public let delivery: String
  /// The time when the delivery arrived, in RFC 3339.
  public let time: String
  /// The URL to open. It comes from a request, so `isAllowed` decides first.
  public let url: String

  /// Whether the preset of its sender still allows its URL. `hosts` has the hosts that presets
  /// allow, by the sender's name.
  public func isAllowed(by hosts: [String: [HostPattern]]) -> Bool {
    hosts[sender, default: []].contains { $0.matches(url: url) }
  }
}

extension Commit.Entry {
  var isLearned: Bool {
    if case .secrets = spool { true } else { false }
  }
}
