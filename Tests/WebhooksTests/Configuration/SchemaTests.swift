import FoundationEssentials
@testable import Harness
import Testing

@testable import Webhooks

/// The schemas, judged by other people's validator (Debian's python3-jsonschema).
@Suite struct SchemaTests {
  private struct File: Encodable {
    let kind: String
    let yaml: String
  }

  @Test func `every valid file passes`() throws {
    let webhooks =
      PreProcessors.kinds.map { webhook("pre_processors", $0.example) }
      + PostProcessors.kinds.map { webhook("post_processors", $0.example) + "pre_processors: []\n" }
      + [
        rightWebhook, rightWebhook + "name: 012\ndescription: true\n",
        rightWebhook + "logging: {headers: [X-Id], body: 4KiB, redact: [a.b]}\n",
        rightWebhook + "logging: true\nhistory: {for: 7d, bytes: 1073741824, bodies: false}\n",
        rightWebhook + "response: {status: 202, headers: {X-A: b}, temporary: 503}\n",
        "incoming: stock\npre_processors:\n  - {type: sender, sender: github, "
          + "secrets: [{secret: github, not_after: 2026-11-23T18:00:00+01:00}]}\n",
      ] + (try examples("webhooks"))
    let incoming =
      Parsers.kinds.map { "parser:\n" + indented($0.example, by: "  ") }
      + ["", "limits: {tasks: 1000, when_full: skip}\n"] + (try examples("incoming"))
    let settings = [
      "", "deadline: 4s\nmax_body: 10MiB\nthreads: 64\n",
      try String(
        contentsOf: Site.repository.appending(path: "systemd/levelwind.yaml"), encoding: .utf8),
    ]
    let examples = [
      "verdict: accepted\nincoming: []\ntasks: 0\nat: 2026-11-23T18:40:00Z\n",
      "verdict: rejected\ncheck: header\nstatus: 401\nassert: .data.body\nremote: 192.0.2.7\n",
    ]
    let files =
      webhooks.map { File(kind: "webhook", yaml: $0) }
      + incoming.map { File(kind: "incoming", yaml: $0) }
      + settings.map { File(kind: "settings", yaml: $0) }
      + examples.map { File(kind: "example", yaml: $0) }
    for (file, problem) in zip(files, try problems(of: files)) {
      #expect(problem == nil, "\(file.yaml)")
    }
  }

  @Test func `a file is refused where a schema can know what is wrong`() throws {
    let mistakes =
      WebhookFileTests.mistakes.map { (what: $0.what, File(kind: "webhook", yaml: $0.yaml)) }
      + SettingsTests.mistakes.map { (what: $0.yaml, File(kind: "settings", yaml: $0.yaml)) }
    let problems = try problems(of: mistakes.map(\.1))
    let accepted = zip(mistakes, problems).filter { $1 == nil }.map(\.0.what)
    #expect(Set(accepted) == Self.beyondSchemas)
  }

  /// Mistakes that depend on other files, on programs, or on the meaning of a text.
  private static let beyondSchemas: Set = [
    "threads: 012",
    "the same incoming configuration twice",
    "a boolean in capitals",
    "max_inflight: 5MiB",
    "peers: [www-data, -x]",
    "an incoming configuration that there isn't",
    "base_url: https://hooks.example.org:99999",
    "base_url: https://hooks.example.org/webhook/",
    "spool: ~/spool",
    "max_body: 9000000000GiB",
    "deadline: 24h",
    "max_body: 99999999999999999999GiB",
  ]

  @Test func `a file that a command makes names its schema`() throws {
    let stock = try #require(Identifier("stock"))
    let made = [
      (
        "webhook",
        WebhookTemplate(identifier: stock, name: "A", incoming: stock, check: .open).bytes
      ),
      ("incoming", IncomingTemplate(identifier: stock, name: "A").bytes),
    ]
    for (kind, bytes) in made {
      let line = "# yaml-language-server: $schema=/usr/share/levelwind/schema/\(kind).json\n"
      #expect(String(decoding: bytes, as: UTF8.self).hasPrefix(line))
    }
  }

  private func webhook(_ key: String, _ example: String) -> String {
    let lines = indented(example, by: "    ").dropFirst(4)
    return "incoming: stock\n\(key):\n  - \(lines)"
  }

  private func indented(_ text: String, by blanks: String) -> String {
    text.split(separator: "\n").map { "\(blanks)\($0)\n" }.joined()
  }

  private func examples(_ folder: String) throws -> [String] {
    let place = Site.repository.appending(path: "systemd/examples/\(folder)")
    return try FileManager.default.contentsOfDirectory(atPath: place.path)
      .map { try String(contentsOf: place.appending(path: $0), encoding: .utf8) }
  }

  /// Returns for each file why it isn't valid; nil if it is.
  private func problems(of files: [File]) throws -> [String?] {
    struct Work: Encodable {
      let schemas: [String: String]
      let files: [File]
    }
    let kinds = ConfigurationSchema.allCases
    let schemas = Dictionary(
      uniqueKeysWithValues: kinds.map { ($0.rawValue, String(decoding: $0.bytes, as: UTF8.self)) })
    let input = try JSONEncoder().encode(Work(schemas: schemas, files: files))
    let result = try Tool.run("/usr/bin/python3", ["-c", Self.validator], input: Array(input))
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode([String?].self, from: Data(result.output))
  }

  /// Reads YAML by version 1.2's core schema, as editors do: `yes` is a text, and so is a date.
  private static let validator = #"""
    import json, re, sys, yaml, jsonschema

    class Core(yaml.SafeLoader):
        yaml_implicit_resolvers = {}

    for tag, pattern, first in [
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?[0-9]+", "-+0123456789"),
        ("float", r"[-+]?[0-9]+[.][0-9]*([eE][-+]?[0-9]+)?", "-+0123456789"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ]:
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))
    Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
    work = json.load(sys.stdin)
    checks = {}
    for kind, text in work["schemas"].items():
        schema = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(schema)
        checks[kind] = jsonschema.Draft202012Validator(schema)
    said = []
    for file in work["files"]:
        try:
            document = yaml.load(file["yaml"], Core)
        except yaml.YAMLError as error:
            said.append(str(error))
            continue
        problem = next(checks[file["kind"]].iter_errors({} if document is None else document), None)
        said.append(problem and problem.message)
    json.dump(said, sys.stdout)
    """#
}
