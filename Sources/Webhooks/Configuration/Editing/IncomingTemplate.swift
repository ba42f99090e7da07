import FoundationEssentials

/// The file of a new incoming configuration, with comments that explain the keys.
public struct IncomingTemplate: Sendable {
  /// The identifier, which names the file and the spool.
  public let identifier: Identifier
  /// The name that people use.
  public let name: String
  /// A description for people; empty for none.
  public var description = ""
  /// The moment when it is made; nil to leave it out.
  public var created: Date?
  /// A jq program; nil to take everything.
  public var filter: String?
  /// The `type` of the parser.
  public var parser: String?
  /// A jq path expression that the parser takes as `items`.
  public var items: String?
  /// More keys of the parser, with their values in YAML.
  public var parserSettings: [(key: String, value: String)] = []
  /// The group that may read and claim the tasks; nil for the responder's own.
  public var group: String?

  /// Creates a template. All other settings have defaults.
  public init(identifier: Identifier, name: String) {
    self.identifier = identifier
    self.name = name
  }

  /// The text of the file, in UTF-8.
  public var bytes: [UInt8] {
    var lines = [
      JSONSchema.comment(naming: "incoming"),
      "# A destination of tasks. Its spool is the folder \(identifier) in the folder of the "
        + "spools.",
      "# After a change: levelwind check, levelwind incoming prepare, and levelwind reload.",
      "name: \(YAMLScalar(name).written)",
    ]
    if !description.isEmpty { lines.append("description: \(YAMLScalar(description).written)") }
    if let created { lines.append("created: \(created.ISO8601Format())") }
    if let filter {
      lines += [
        "# A jq program over the task document. A delivery is taken unless the result is false or "
          + "null.",
        "filter: \(YAMLScalar.quoting(filter).written)",
      ]
    } else {
      lines.append(
        "# Without a filter everything is taken. An example: .data.body.entity == \"stock\"")
    }
    if parser != nil || items != nil {
      lines += ["# How a body becomes tasks.", "parser:", "  type: \(parser ?? "json")"]
      if let items { lines.append("  items: \(YAMLScalar.quoting(items).written)") }
      lines += parserSettings.map { "  \($0.key): \($0.value)" }
    }
    if let group {
      lines += [
        "# The group whose users may read and claim the tasks. After a change, run as root:",
        "# levelwind incoming prepare",
        "group: \(YAMLScalar(group).written)",
      ]
    }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }
}
