import FoundationEssentials
import Spooling
import Verification

/// A secret that a sender brought along, as a file in the state directory keeps it (mode 0600). Its
/// descriptions don't show the value.
public struct LearnedSecret: Sendable, Equatable, Codable {
  /// The webhook's identifier.
  public let webhook: String
  /// The sender's preset that the secret is for.
  public let sender: String
  /// The time when the secret came.
  public let time: Date
  /// The bytes of the secret.
  public let value: Data
  /// The moment after which it no longer matches; nil for never.
  public var notAfter: Date?

  /// Returns the learned secrets of a webhook, by the names that the log uses.
  public static func all(of webhook: String, state: String) -> [String: LearnedSecret] {
    files(of: webhook, state: state).mapValues(\.secret)
  }

  /// Ends the validity of a learned secret. The responder sees the change at its next reload.
  ///
  /// - Parameters:
  ///   - name: the name that the log uses.
  ///   - webhook: the webhook's identifier.
  ///   - state: the state directory.
  ///   - moment: the moment after which the secret no longer matches; nil removes its file.
  /// - Throws: if no secret has this name, or its file can't be written or removed.
  public static func end(
    _ name: String, of webhook: String, state: String, at moment: Date?
  ) throws {
    guard let (path, secret) = files(of: webhook, state: state)[name] else {
      throw DurableFile.Failure(
        path: SpoolID.secrets(webhook: webhook).path, reason: "there is no secret \(name)")
    }
    guard let moment else { return try DurableFile.remove(path) }
    var ended = secret
    ended.notAfter = moment
    try DurableFile.write(
      Array(try encoder.encode(ended)), to: path, mode: 0o600)
  }

  private static func files(
    of webhook: String, state: String
  ) -> [String: (path: String, secret: LearnedSecret)] {
    let folder = "\(state)/\(SpoolID.secrets(webhook: webhook))/new"
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    var secrets: [String: (path: String, secret: LearnedSecret)] = [:]
    for name in (try? FolderListing.names(in: folder)) ?? [] where name.hasSuffix(".json") {
      let path = "\(folder)/\(name)"
      guard let file = try? BoundedFile.read(path, limit: SecretSource.byteLimit),
        let secret = try? decoder.decode(LearnedSecret.self, from: Data(file.bytes))
      else { continue }
      secrets["handshake-\(name.prefix(18))"] = (path, secret)
    }
    return secrets
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = .sortedKeys
    return encoder
  }

  /// Returns the file of the secret for a commit; nil if it can't be encoded.
  func entry(_ delivery: UUIDv7) -> Commit.Entry? {
    guard let bytes = try? Self.encoder.encode(self) else { return nil }
    return Commit.Entry(spool: .secrets(webhook: webhook), id: delivery, parts: [Array(bytes)])
  }
}

extension LearnedSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// A text that names the sender alone, so that no log shows the value.
  public var description: String { "a secret that \(sender) brought along" }
  /// The same text as `description`.
  public var debugDescription: String { description }
  /// An empty mirror, so that no dump shows the value.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
