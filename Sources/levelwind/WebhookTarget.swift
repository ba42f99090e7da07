import ArgumentParser
import Webhooks

/// Which webhook a command changes: the same for each that changes one.
struct WebhookTarget: ParsableArguments {
  @Argument(help: "The webhook's identifier.")
  var identifier: String
  @OptionGroup var change: ChangeOptions

  var path: String { "webhooks/\(identifier).yaml" }

  func bytes() throws -> [UInt8] {
    guard Identifier(identifier) != nil else {
      throw ValidationError("\"\(identifier)\" is no identifier: a-z, 0-9 and inner hyphens")
    }
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
    case nil: throw ExitCode.because(1, "there is no webhook \(identifier)")
    }
  }

  /// Changes the text of its file, everything else in it left as it is.
  func edit(
    _ old: [UInt8], _ edit: (inout WebhookText) throws(UneditableText) -> Void
  ) throws -> [UInt8] {
    var text = WebhookText(old)
    do throws(UneditableText) {
      try edit(&text)
    } catch {
      throw ExitCode.because(
        1, "\(path): \(error)\n  levelwind webhook edit \(identifier)")
    }
    return text.bytes
  }
}
