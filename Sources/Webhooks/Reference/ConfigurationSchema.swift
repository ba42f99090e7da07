import Bytes

/// The JSON Schema of a kind of file, for editors and other programs that check files.
public enum ConfigurationSchema: String, CaseIterable, Sendable {
  case webhook, incoming, settings, example

  /// The schema as one JSON text (JSON Schema, draft 2020-12).
  ///
  /// It accepts every file that is valid. It refuses unknown keys, missing keys and values of a
  /// wrong form, as far as a schema can tell: whether a jq program compiles or a file exists, it
  /// can't.
  public var bytes: [UInt8] {
    let head: [(String, JSONFragment)] = [
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("$id", .text("urn:levelwind:schema:\(rawValue)")), ("title", .text(title)),
    ]
    return JSONFragment.object(head + JSONSchema.mapping(options).members).bytes + [0x0a]
  }

  private var title: String {
    switch self {
    case .webhook: "webhooks/<identifier>.yaml of Levelwind"
    case .incoming: "incoming/<identifier>.yaml of Levelwind"
    case .settings: "levelwind.yaml"
    case .example: "tests/<webhook>/<name>.yaml of Levelwind"
    }
  }

  private var options: [any DocumentedOption] {
    switch self {
    case .webhook: WebhookFile.options
    case .incoming: IncomingFile.options
    case .settings: SettingsFile.options
    case .example: ExampleFile.options
    }
  }
}
