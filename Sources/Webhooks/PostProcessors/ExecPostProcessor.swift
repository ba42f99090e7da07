/// `type: exec`: runs a program for each record.
struct ExecPostProcessor: PostProcessorKind {
  static let type = "exec"
  static let documentation = """
    Runs a program, without a shell, with the record on its standard input. The exit status says \
    what becomes of the record: with 0 it is done; with 75 it is tried again later; with 65 it is \
    given up; with any other it is tried again until `max_attempts` or `max_age`. The program's \
    environment has the variables that are given here, `PATH`, `LANG`, `LEVELWIND_WEBHOOK`, \
    `LEVELWIND_POST_PROCESSOR`, `LEVELWIND_ID`, `LEVELWIND_ATTEMPT`, `TRACEPARENT` and, if there \
    is one, `TRACESTATE`, and nothing of the \
    service's own environment. After `timeout`, its process group is killed. The last 4 KiB of its \
    output are logged.
    """
  static let example = """
    type: exec
    command: [/usr/local/bin/announce, --channel, orders]
    timeout: 30s
    """

  private enum Keys {
    static let command = Option(
      required: "command", .list(of: argument, "texts"),
      "The program, by its path or found on the service's `PATH`, and its arguments.")
    static let directory = Option(
      "directory", .path, default: "/", "The folder that the program runs in.")
    static let environment = Option(
      optional: "environment",
      .pairs("a mapping of names to texts", names: variable, values: argument),
      "Further variables of the program's environment.")
    static let timeout = Option(
      "timeout", .duration(.milliseconds(100)...(.seconds(86400))), default: .seconds(60),
      "How long the program may run.")

    static let argument = Form<String>.scalar(
      "text", "text", write: \.quoted, parse: { $0.utf8.contains(0) ? nil : $0 })
    static let variable = Form<String>.scalar(
      "name", "the name of a variable: A-Z, a-z, 0-9 and _"
    ) { text in
      let isName = text.utf8.allSatisfy {
        0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || $0 == UInt8(ascii: "_")
      }
      return isName && !text.isEmpty && text.first?.isNumber == false ? text : nil
    }
  }

  static let options: [any DocumentedOption] = [
    Keys.command, Keys.directory, Keys.environment, Keys.timeout,
  ]

  private let run: RecordProgram

  init?(reading mapping: Mapping) {
    let command = mapping[Keys.command]
    let (directory, timeout) = (mapping[Keys.directory], mapping[Keys.timeout])
    let usual = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
    let environment = (mapping[Keys.environment] ?? []).reduce(into: usual) {
      $0[$1.name] = $1.value
    }
    guard let command, command.first?.isEmpty == false else {
      if command != nil {
        mapping.report(at: Keys.command, "expected the program as the first element")
      }
      return nil
    }
    run = RecordProgram(
      command: command, directory: directory, environment: environment, timeout: timeout)
  }

  var words: String { "Runs \(run.command[0])." }
  var program: RecordProgram? { run }

  func work<Tools: RecordTools>(with tools: Tools) -> Tools.Made { tools.running(run) }
}
