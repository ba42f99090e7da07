import Foundation
import Testing

@testable import Harness

/// The output of `levelwind explain` for a message.
struct Explained {
  static let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
  static let files = [
    "levelwind.yaml": "spool: spool\nstate: state\n",
    "incoming/pushes.yaml": "name: Pushes\n",
    "secrets/github": "It's a Secret to Everybody",
    "webhooks/github.yaml": """
    incoming: pushes
    pre_processors:
      - {type: addresses, allow: [192.0.2.0/24], observe: true}
      - {type: sender, sender: github, secrets: [{secret: github}]}

    """,
    "incoming/lines.yaml": """
    filter: .data.body.entity == "order"
    parser: {type: json, items: ".data.body.lines[]"}
    type: '"shop.order"'
    """,
    "incoming/stock.yaml": "filter: .data.body.entity == \"stock\"\n",
    "incoming/records.yaml": "parser: {type: csv}\n",
    "webhooks/shop.yaml": """
    incoming: pushes
    additional_incoming: [lines, stock, records]
    pre_processors: []

    """,
    "webhooks/meta.yaml": """
    incoming: pushes
    pre_processors:
      - type: sender
        sender: meta-whatsapp
        secrets: [{secret: github}]
        verify_tokens: [{literal: meatyhamhock}]

    """,
    "webhooks/slack.yaml": """
    incoming: pushes
    pre_processors: [{type: sender, sender: slack, secrets: [{literal: s3}]}]

    """,
    "webhooks/twilio.yaml": """
    incoming: pushes
    pre_processors: [{type: sender, sender: twilio, secrets: [{literal: "12345"}]}]

    """,
  ]

  let status: Int32
  /// The standard output, with every id replaced by `ID`, and every trace by `TRACE`.
  let text: String
  let errors: String

  /// Runs the command in a folder with the configuration.
  init(_ message: String, _ arguments: String...) throws {
    let folder = try Folder(named: "explain")
    defer { folder.remove() }
    for (name, text) in Self.files {
      let file = try folder.write(text, to: name)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
    }
    let result = try Tool.run(
      Site.levelwind, ["explain", "--config", folder.path] + arguments,
      input: Array(message.utf8))
    #expect(folder.names(in: "spool") == [])
    let ids = try Regex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
    status = result.status
    text = result.text.replacing(ids, with: "ID")
      .replacing(#/00-[0-9a-f]{32}-[0-9a-f]{16}-01/#, with: "TRACE")
    errors = result.errors
  }

  /// GitHub's published example.
  static let genuine = """
    POST /hook HTTP/1.1
    X-Hub-Signature-256: sha256=\(signature)
    X-GitHub-Delivery: 72d3162e
    Content-Type: text/plain

    Hello, World!
    """
}
