import Foundation
import Spooling
import Webhooks

/// What the responder says of itself in the state directory: `status/serve.json`.
public struct StatusFile: Codable {
  /// The responder's process id.
  public var process: Int32
  /// Counts the configurations that it loaded, from 1. A reload that failed counts too.
  public var generation: Int
  /// What was found when it loaded the last one.
  public var problems: [Problem]
  /// What was seen of each webhook, by identifier, over restarts; nil in files of old responders.
  public var webhooks: [String: WebhookActivity]?

  static func path(state: String) -> String { state + "/status/serve.json" }

  /// - Returns: nil if there is none, or it can't be read.
  public static func read(state: String) -> StatusFile? {
    guard let data = FileManager.default.contents(atPath: path(state: state)) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try? decoder.decode(StatusFile.self, from: data)
  }

  /// Replaces the file, whole.
  func write(state: String) throws {
    try FileManager.default.createDirectory(
      atPath: state + "/status", withIntermediateDirectories: true)
    let url = URL(filePath: Self.path(state: state))
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: url, options: .atomic)
  }
}
