import ArgumentParser
import Webhooks

/// Spans of time on the command line, as in the configuration: `500ms`, `10s`, `5m`, `24h`, `30d`.
extension Duration: @retroactive ExpressibleByArgument {
  public init?(argument: String) {
    guard let span = TimeSpan.parse(argument) else { return nil }
    self = span
  }

  public var defaultValueDescription: String { TimeSpan.text(self) }
}
