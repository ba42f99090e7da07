import ArgumentParser
import Webhooks

/// The webhook that a command changes.
struct WebhookTarget: ParsableArguments {
  @Argument(help: "The webhook's identifier.", completion: .webhooks)
  var identifier: String
  @OptionGroup var change: ChangeOptions

  var path: String { "webhooks/\(identifier).yaml" }

  func bytes() throws -> [UInt8] {
    _ = try Identifier.given(identifier)
    return try change.bytes(of: path, called: "webhook \(identifier)")
  }

  /// Returns the webhook.
  ///
  /// - Throws: exit code 1 if there isn't one, or its file can't be used.
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
}
