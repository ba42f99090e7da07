/// The file of a new incoming configuration, with comments that teach.
public struct IncomingTemplate: Sendable {
  public let identifier: Identifier
  public let name: String
  public var description = ""
  /// A jq program.
  public var filter: String?
  /// A parser's `type`.
  public var parser: String?
  /// A jq path expression, for the parser.
  public var items: String?
  /// More of the parser's keys, as they stand in YAML.
  public var parserSettings: [(key: String, value: String)] = []
  public var group: String?

  public init(identifier: Identifier, name: String) {
    self.identifier = identifier
    self.name = name
  }

  public var bytes: [UInt8] {
    var lines = [
      "# A destination of tasks; its spool is the folder \(identifier) among the spools.",
      "# After a change: levelwind check, levelwind incoming prepare, and levelwind reload.",
      "name: \(YAMLScalar(name).written)",
    ]
    if !description.isEmpty { lines.append("description: \(YAMLScalar(description).written)") }
    if let filter {
      lines += [
        "# jq, over the task document: what is neither false nor null is taken.",
        "filter: \(YAMLScalar.quoting(filter).written)",
      ]
    } else {
      lines.append(
        "# Without a filter it takes everything; such as: .data.body.entity == \"stock\"")
    }
    if parser != nil || items != nil {
      lines += ["# How a body becomes tasks.", "parser:", "  type: \(parser ?? "json")"]
      if let items { lines.append("  items: \(YAMLScalar.quoting(items).written)") }
      lines += parserSettings.map { "  \($0.key): \($0.value)" }
    }
    if let group {
      lines += [
        "# Whose users may read and claim the tasks; after a change levelwind incoming prepare, as root.",
        "group: \(YAMLScalar(group).written)",
      ]
    }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }
}
