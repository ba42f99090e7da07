import ArgumentParser
import Webhooks

/// Where the state lies: for commands that read it, and nothing else of the configuration.
struct StateOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions

  /// The path of the state directory. What is wrong elsewhere in the configuration is no error here.
  func state() throws(IncomingSpool.Unknown) -> String {
    try IncomingSpool.settings(in: configuration.directory).state
  }
}

extension IncomingSpool.Unknown {
  /// What is wrong, a line each.
  var text: String { problems.map(\.description).joined(separator: "\n") }
}
