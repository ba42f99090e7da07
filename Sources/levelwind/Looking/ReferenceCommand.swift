import ArgumentParser
import FoundationEssentials
import Serving
import Webhooks

/// `levelwind reference`: the tables of the manual that are made from the code. `systemd/manual`
/// puts them into its pages.
struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Prints every key and every metric in Markdown, as the manual shows them.",
    shouldDisplay: false)

  @Flag(help: "Print a JSON object with each part by its name.")
  var json = false

  @Option(help: "Print a file for programs that watch Levelwind instead: rules or dashboard.")
  var monitoring: MonitoringFile?

  func run() throws {
    if let monitoring {
      return print(String(decoding: monitoring.bytes, as: UTF8.self), terminator: "")
    }
    let parts =
      OptionTable.parts + [("metrics", "### `/metrics`\n\n" + MetricTable.reference)]
      + Event.tables
    guard json else { return print(parts.map(\.text).joined(separator: "\n"), terminator: "") }
    let texts = Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.text) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(texts), as: UTF8.self))
  }
}

extension MonitoringFile: ExpressibleByArgument {}
