import ArgumentParser
import Spooling
import Verification
import Webhooks

/// The names that the shell offers. They are read from file names alone, which is quick. A user who
/// may not read the configuration gets no names, and no error.
extension CompletionKind {
  static let webhooks = custom { words, _, _ in configuration(words).identifiers(in: "webhooks") }
  static let incoming = custom { words, _, _ in configuration(words).identifiers(in: "incoming") }
  static let aside = custom { words, _, _ in
    let state = try? IncomingSpool.settings(in: configuration(words).directory).state
    return state.flatMap { try? AsideTasks(state: $0).spools().map(\.path) } ?? []
  }
  static let senders = custom { _, _, _ in Sender.all.map(\.name) }

  /// Returns the configuration that `--config` names among the words typed so far, or the usual
  /// one.
  private static func configuration(_ words: [String]) -> ConfigurationOptions {
    var options = ConfigurationOptions()
    options.directory =
      zip(words, words.dropFirst()).first { $0.0 == "--config" }?.1 ?? ConfigurationOptions.usual
    return options
  }
}
