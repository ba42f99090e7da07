import FoundationEssentials

/// The options of `tests/<webhook>/<name>.yaml`: what is expected of the request beside it.
enum ExampleFile {
  /// The folder of the examples in the configuration's folder.
  static let folder = "tests"
  /// The folder of the secrets that take the place of those in `secrets` while examples run.
  static let secretFolder = "test-secrets"

  /// The words that `explain` has for the fate of a request.
  enum Verdict: String, CaseIterable, Sendable { case accepted, answered, rejected }

  static let verdict = Option(
    required: "verdict", Form<Verdict>.choice,
    "What becomes of the request: `accepted`, `answered` (a handshake) or `rejected`.")
  static let check = Option(
    optional: "check", .line,
    "The check that refuses it: the `type` of a pre-processor, or another word that `levelwind "
      + "explain` prints after `rejected by`.")
  static let status = Option(
    optional: "status", .integer(100...599), "The status of the answer.")
  static let incoming = Option(
    optional: "incoming", list("it makes no task"),
    "The incoming configurations that get at least one task, in any order.")
  static let failed = Option(
    "failed", list("there are none"), default: [],
    "The incoming configurations that get the delivery whole in `failed/`, because a filter or a "
      + "parser fails.")
  static let tasks = Option(
    optional: "tasks", .integer(0...1_000_000),
    "How many tasks it makes in all incoming configurations together.")
  static let type = Option(optional: "type", .line, "The CloudEvents `type` of each task.")
  static let subject = Option(
    optional: "subject", .line, "The CloudEvents `subject` of each task.")
  static let assert = Option(
    optional: "assert", .jqProgram,
    "A jq program over each task. Its first output has to be something else than false or null.")
  static let at = Option(
    optional: "at", .moment,
    "The moment at which the request is decided about. Signatures with a timestamp need it. By "
      + "default now.")
  static let publicURL = Option(
    optional: "public_url", .url,
    "The URL that the sender called, if it isn't the webhook's. Senders that sign it need it.")
  static let remote = Option("remote", .line, default: "127.0.0.1", "The sender's address.")

  static let options: [any DocumentedOption] = [
    verdict, check, status, incoming, failed, tasks, type, subject, assert, at, publicURL, remote,
  ]

  private static func list(_ meaning: String) -> Form<[String]> {
    .list(of: .line, "incoming configurations", emptyMeans: meaning).withoutRepetition { $0 }
  }
}
