/// The options of a file in the folder `incoming`.
enum IncomingFile {
  static let folder = "incoming"

  static let name = Option(
    optional: "name", .line, "Its name, for people. By default the identifier.")
  static let description = Option("description", .text, default: "", "Its purpose, for people.")
  static let filter = Option(
    optional: "filter", .jqProgram,
    "The deliveries that it takes: a jq program over the task document. A delivery is taken if "
      + "the first output is neither false nor null.")
  static let onFilterError = Option(
    "on_filter_error", .choice, default: Filter.ErrorRule.failed,
    "What happens if the filter ends with an error: `failed` puts the whole delivery into "
      + "`failed/`, `no_match` doesn't take it.")
  static let parser = Option(
    optional: "parser", Parsers.form,
    "How a body becomes tasks: a mapping with its `type`. By default the whole body is one task.")
  static let type = Option(
    optional: "type", .jqProgram,
    "The CloudEvents `type` of each task: a jq program over the task document. Its first output "
      + "is a text. Without the program, or if the output is null, the type is `levelwind.task`.")
  static let subject = Option(
    optional: "subject", .jqProgram,
    "The CloudEvents `subject` of each task, made like `type`. By default the incoming "
      + "configuration's identifier.")
  static let group = Option(
    optional: "group", groupName,
    "The group whose users may read and claim its tasks. `levelwind incoming prepare`, as root, gives "
      + "the spool to it. By default the responder's own; with `relay`, levelwind-relay's, where "
      + "that is installed.")
  static let relay = Option(
    optional: "relay", Relays.form,
    "Where `levelwind-relay` carries the tasks on to, in place of an importer: a mapping with its "
      + "`type`.")

  static let limits = Option(
    optional: "limits", SpoolLimits.form,
    "How much may wait in the spool. Tasks in `new`, `retry`, `cur` and `failed` count. The count "
      + "is kept in memory and corrected every few seconds.")

  static let keepDone = Option(
    optional: "keep_done", .duration(.seconds(3600)...(.seconds(10_000 * 86_400))),
    "How long `levelwind task done` and `task drain` keep finished tasks, in a folder for each "
      + "day in `done/`. They also remove the days that are over. By default a finished task is "
      + "removed at once.")

  static let created = Option(
    optional: "created", .moment,
    "When it was made. Commands write it, and it is shown; it has no other effect.")

  private static let groupName = Form<String>.scalar("group name", "the name of a group") { text in
    let isName = text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains(":")
    return isName && (1...32).contains(text.utf8.count) && text.first != "-" ? text : nil
  }

  static let options: [any DocumentedOption] = [
    name, description, filter, onFilterError, parser, type, subject, group, limits,
    keepDone, created, relay,
  ]

  /// Reads a file; nil if the file was refused, with its problems in `reading`.
  static func read(_ bytes: [UInt8], _ identifier: Identifier, _ reading: Reading) -> Incoming? {
    guard let root = reading.root(of: bytes),
      let file = Mapping(root, options: options, expected: "a mapping, an incoming configuration")
    else { return nil }
    let rule = file[onFilterError]
    let incoming = Incoming(
      identifier: identifier, name: file[name] ?? identifier.text, description: file[description],
      filter: file[filter].map { Filter(program: $0, onError: rule) }, parser: file[parser],
      type: file[type], subject: file[subject], group: file[group], limits: file[limits],
      keepDone: file[keepDone], created: file[created], relay: file[relay])
    if file.found(filter) == nil, file.found(onFilterError) != nil {
      file.report(at: onFilterError, "has no effect without filter", severity: .warning)
    }
    file.warnOfStrays(in: incoming.filter?.program, at: filter)
    file.warnOfStrays(in: incoming.type, at: type)
    file.warnOfStrays(in: incoming.subject, at: subject)
    return reading.hasErrors ? nil : incoming
  }

  /// Reads only how long the file says that finished tasks are kept. Problems with other keys don't
  /// matter here, and no jq program is compiled.
  ///
  /// - Throws: the problems that leave this unknown.
  static func readKeepDone(
    _ bytes: [UInt8], _ reading: Reading
  ) throws(IncomingSpool.Unknown) -> Duration? {
    guard let root = reading.root(of: bytes), let file = Mapping(root, options: options) else {
      throw IncomingSpool.Unknown(problems: reading.ordered)
    }
    let kept = file[keepDone]
    let problems = reading.ordered.filter { $0.key == keepDone.key && $0.severity == .error }
    if !problems.isEmpty { throw IncomingSpool.Unknown(problems: problems) }
    return kept
  }
}
