import ArgumentParser
import Webhooks

/// Which webhook a command changes: the same for each that changes one.
struct WebhookTarget: ParsableArguments {
  @Argument(help: "The webhook's identifier.", completion: .webhooks)
  var identifier: String
  @OptionGroup var change: ChangeOptions

  var path: String { "webhooks/\(identifier).yaml" }

  func bytes() throws -> [UInt8] {
    _ = try Identifier.given(identifier)
    return try change.bytes(of: path, called: "webhook \(identifier)")
  }

  /// The webhook as it is configured.
  ///
  /// - Throws: exit code 1 where there is none, or its file can't be used.
  func webhook(in snapshot: Snapshot) throws -> Webhook {
    switch Identifier(identifier).flatMap({ snapshot.webhooks[$0] }) {
    case .ready(let webhook), .disabled(let webhook): return webhook
    case .broken(let problems):
      throw ExitCode.because(
        1,
        "webhook \(identifier) is broken:\n"
          + problems.map(\.description).joined(separator: "\n"))
    case nil: throw snapshot.missing(identifier)
    }
  }

  /// Changes the text of its file, everything else in it left as it is.
  func edit(
    _ old: [UInt8], _ edit: (inout ConfigurationText) throws(UneditableText) -> Void
  ) throws -> [UInt8] {
    try change.edit(old, of: path, by: "levelwind webhook edit \(identifier)", edit)
  }
}
