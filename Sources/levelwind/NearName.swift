import ArgumentParser
import Verification
import Webhooks

/// What was probably meant where a name is a slip of the keyboard.
enum NearName {
  /// ` (did you mean "shopify"?)`; empty where nothing is near.
  static func hint(_ name: String, among known: some Sequence<String>) -> String {
    known.sorted().closest(to: name).map { " (did you mean \"\($0)\"?)" } ?? ""
  }

  /// The same of a sender's preset.
  static func hint(sender name: String) -> String {
    hint(name, among: Sender.all.flatMap { [$0.name] + $0.aliases })
  }

  /// Ends the command where a word that was typed is no subcommand, and is near one.
  ///
  /// - Parameter words: what was typed behind the program's name.
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
  /// That there is no such webhook, and which was probably meant.
  func absence(of identifier: String) -> String {
    "there is no webhook \(identifier)\(NearName.hint(identifier, among: webhooks.keys.map(\.text)))"
  }

  /// - Returns: exit code 1, once that is said.
  func missing(_ identifier: String) -> ExitCode { .because(1, absence(of: identifier)) }
}
