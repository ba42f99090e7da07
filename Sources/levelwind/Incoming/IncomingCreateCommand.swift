import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// `levelwind incoming create`: a new destination of tasks.
struct IncomingCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes an incoming configuration and its spool.",
    discussion: """
      Makes the identifier from the name, validates the new file and writes \
      incoming/<identifier>.yaml. Run as root, it also makes the spool with its owner and group.

        levelwind incoming create "Stock updates" --group erp-importers \\
          --filter '.data.body.entity == "stock"' --items '.data.body.mutations[]'
      """)

  @Argument(help: "Its name, for people.")
  var name: String
  @Option(help: "Its purpose, for people.")
  var description = ""
  @Option(help: ArgumentHelp("Which deliveries it takes. By default all.", valueName: "jq"))
  var filter: String?
  @Option(
    help: ArgumentHelp(
      "How a body becomes tasks: json, ndjson, csv, xml, form, binary.", valueName: "type"))
  var parser: String?
  @Option(
    help: ArgumentHelp("Which parts of the body become tasks of their own.", valueName: "path"))
  var items: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A further key of the parser, with its value as YAML: delimiter=\";\".",
      valueName: "key=value"))
  var settings: [Setting] = []
  @Option(help: "The group whose users may read and claim the tasks.")
  var group: String?
  @OptionGroup var naming: NamingOptions
  @OptionGroup var change: ChangeOptions

  func validate() throws {
    if !settings.isEmpty, parser == nil { throw ValidationError("--set needs --parser") }
  }

  func run() throws {
    let (identifier, isThere) = try naming.identifier(
      for: name, of: "incoming configuration", in: "incoming", change.files)
    let path = "incoming/\(identifier).yaml"
    if isThere {
      return try Creation(created: false, identifier: identifier.text)
        .tellIsThere(path, json: naming.json)
    }
    var template = IncomingTemplate(identifier: identifier, name: name)
    template.description = description
    template.created = Date()
    template.filter = filter
    template.parser = parser
    template.items = items
    template.parserSettings = settings.map { ($0.key, $0.value) }
    template.group = group
    try change.change { (changes) throws(ChangeFailure) in try changes.create(template) }
    var creation = Creation(created: true, identifier: identifier.text, files: [path])
    creation.notes = try IncomingSpoolStep(path: path, change: change).run()
    try creation.tell(["Made \(path)."], json: naming.json) { try change.load(path) }
  }
}
