import ArgumentParser
import Verification
import Webhooks

/// The name that was probably meant by one with a typing mistake.
enum NearName {
  /// Returns ` (did you mean "shopify"?)`; empty if no known name is near.
  static func hint(_ name: String, among known: some Sequence<String>) -> String {
    known.sorted().closest(to: name).map { " (did you mean \"\($0)\"?)" } ?? ""
  }

  /// Returns the hint for the name of a sender's preset.
  static func hint(sender name: String) -> String {
    hint(name, among: Sender.all.flatMap { [$0.name] + $0.aliases })
  }

  /// Prints the subcommand that was probably meant by a mistyped one among the words behind the
  /// program's name. Returns the exit code; nil if no word is close to a subcommand.
  static func subcommand(of root: ParsableCommand.Type, _ words: some Sequence<String>) -> ExitCode?
  {
    var command = root
    for word in words where !word.hasPrefix("-") {
      let below = command.configuration.subcommands
      guard !below.isEmpty else { return nil }
      if let next = below.first(where: { $0._commandName == word }) {
        command = next
        continue
      }
      let hint = hint(word, among: below.map { $0._commandName })
      return hint.isEmpty ? nil : .because(64, "there is no command \"\(word)\"\(hint)")
    }
    return nil
  }
}

extension Snapshot {
  /// Returns the words for an unknown webhook, with the one that was probably meant.
  func absence(of identifier: String) -> String {
    "there is no webhook \(identifier)\(NearName.hint(identifier, among: webhooks.keys.map(\.text)))"
  }

  /// Prints that the webhook is unknown.
  ///
  /// - Returns: exit code 1.
  func missing(_ identifier: String) -> ExitCode { .because(1, absence(of: identifier)) }
}
