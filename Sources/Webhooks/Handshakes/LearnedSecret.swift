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

  /// Those of a webhook, by the name that the log calls each by.
  public static func all(of webhook: String, state: String) -> [String: LearnedSecret] {
    let folder = "\(state)/\(spool(of: webhook))/new"
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    var secrets: [String: LearnedSecret] = [:]
    for name in (try? FolderListing.names(in: folder)) ?? [] where name.hasSuffix(".json") {
      guard let file = try? BoundedFile.read("\(folder)/\(name)", limit: SecretSource.byteLimit),
        let secret = try? decoder.decode(LearnedSecret.self, from: Data(file.bytes))
      else { continue }
      secrets["handshake-\(name.prefix(18))"] = secret
    }
    return secrets
  }

  /// The spool in the state directory that keeps those of a webhook.
  static func spool(of webhook: String) -> String { "secrets/\(webhook)" }

  /// The file that keeps it; nil where it can't be written.
  func entry(_ delivery: UUIDv7) -> Commit.Entry? {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = .sortedKeys
    guard let bytes = try? encoder.encode(self) else { return nil }
    return Commit.Entry(spool: Self.spool(of: webhook), id: delivery, parts: [Array(bytes)])
  }
}

extension LearnedSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "a secret that \(sender) brought along" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
