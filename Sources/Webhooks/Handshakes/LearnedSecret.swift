import Foundation
import Spooling
import Verification

/// A secret that a sender brought along, as a file in the state directory keeps it, 0600. It can't print
/// itself.
public struct LearnedSecret: Sendable, Equatable, Codable {
  /// The webhook's identifier.
  public let webhook: String
  /// The sender whose preset it is for.
  public let sender: String
  /// When it came.
  public let time: Date
  /// The bytes.
  public let value: Data
  /// The moment after which it no longer matches; nil for never.
  public var notAfter: Date?

  /// Those of a webhook, by the name that the log calls each by.
  public static func all(of webhook: String, state: String) -> [String: LearnedSecret] {
    files(of: webhook, state: state).mapValues(\.secret)
  }

  /// Has one of a webhook's end. The responder sees it at its next reload.
  ///
  /// - Parameters:
  ///   - name: the name that the log calls it by.
  ///   - moment: the last at which it matches; nil removes its file.
  /// - Throws: also where there is none of this name.
  public static func end(
    _ name: String, of webhook: String, state: String, at moment: Date?
  ) throws {
    guard let (path, secret) = files(of: webhook, state: state)[name] else {
      throw DurableFile.Failure(path: spool(of: webhook), reason: "there is no secret \(name)")
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
    let folder = "\(state)/\(spool(of: webhook))/new"
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

  /// The spool in the state directory that keeps those of a webhook.
  static func spool(of webhook: String) -> String { "secrets/\(webhook)" }

  /// The file that keeps it; nil where it can't be written.
  func entry(_ delivery: UUIDv7) -> Commit.Entry? {
    guard let bytes = try? Self.encoder.encode(self) else { return nil }
    return Commit.Entry(spool: Self.spool(of: webhook), id: delivery, parts: [Array(bytes)])
  }
}

extension LearnedSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "a secret that \(sender) brought along" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
