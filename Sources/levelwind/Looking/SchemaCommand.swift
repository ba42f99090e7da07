import ArgumentParser
import Webhooks

/// `levelwind schema`: what editors and other programs check files of the configuration by.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of a kind of file.",
    discussion: """
      The schema (draft 2020-12) has every key with its description and default. The package \
      installs the schemas in /usr/share/levelwind/schema, and a file that a command makes names \
      its schema in its first line, so that editors check it while it is written. A schema can't \
      tell whether a jq program compiles or a file exists: levelwind check can.

        levelwind schema webhook >webhook.json
        check-jsonschema --schemafile webhook.json webhooks/*.yaml
      """)

  @Argument(help: "webhook, incoming, settings, or example (of the folder tests).")
  var kind: ConfigurationSchema

  func run() { print(String(decoding: kind.bytes, as: UTF8.self), terminator: "") }
}

extension ConfigurationSchema: ExpressibleByArgument {}
