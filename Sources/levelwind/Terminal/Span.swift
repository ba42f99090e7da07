import ArgumentParser
import Webhooks

/// A span of time on the command line, as in the configuration: `500ms`, `10s`, `5m`, `24h`, `30d`.
struct Span: ExpressibleByArgument {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = TimeSpan.parse(argument) else { return nil }
    self.duration = duration
  }

  var defaultValueDescription: String { TimeSpan.text(duration) }
}
