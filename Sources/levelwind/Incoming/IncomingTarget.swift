import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// The incoming configuration that a command changes.
struct IncomingTarget: ParsableArguments {
  @Argument(help: "Its identifier, from levelwind incoming list.", completion: .incoming)
  var identifier: String
  @OptionGroup var change: ChangeOptions

  var path: String { "incoming/\(identifier).yaml" }

  func bytes() throws -> [UInt8] {
    _ = try Identifier.given(identifier)
    return try change.bytes(of: path, called: "incoming configuration \(identifier)")
  }
}

extension IncomingPage {
  /// Returns the pages of all incoming configurations that can be used.
  static func all(in configuration: ConfigurationOptions) throws -> [IncomingPage] {
    let snapshot = try configuration.snapshot(readsSecrets: false)
    return snapshot.incoming.values.sorted { $0.identifier < $1.identifier }
      .map { incoming in
        IncomingPage(
          incoming, in: snapshot,
          updated: FileTimes.changed(
            "\(configuration.directory)/incoming/\(incoming.identifier).yaml"))
      }
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
