import ArgumentParser
import Verification
import Webhooks

/// How the deliveries of a new webhook are verified.
struct WebhookCheckOptions: ParsableArguments {
  @Option(
    help: "A known sender's preset: levelwind senders list.",
    transform: { name in
      guard let sender = Sender.named(name) else {
        throw ValidationError("there is no sender \(name): levelwind senders list")
      }
      return sender
    })
  var sender: Sender?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Another key of the sender's preset, its value as YAML: audiences=[https://…].",
      valueName: "key=value"))
  var settings: [KeyValue] = []
  @Option(
    help: ArgumentHelp(
      "A header holds the secret. The default: X-Webhook-Secret.", valueName: "name"))
  var header: String?
  @Flag(help: "Basic authentication, user levelwind.")
  var basicAuth = false
  @Option(help: ArgumentHelp("A query parameter holds the secret.", valueName: "name"))
  var queryToken: String?
  @Flag(help: "Anyone may send.")
  var open = false

  func validate() throws {
    let ways = [sender != nil, header != nil, basicAuth, queryToken != nil, open].count { $0 }
    guard ways <= 1 else {
      throw ValidationError(
        "expected one of --sender, --header, --basic-auth, --query-token, --open")
    }
    guard settings.isEmpty || sender != nil else { throw ValidationError("--set needs --sender") }
    for setting in settings
    where ["type", "sender", "secrets", "verify_tokens"].contains(setting.key) {
      throw ValidationError("--set \(setting.key) is not taken: secrets are files of their own")
    }
  }

  var check: WebhookTemplate.Check {
    if let sender { return .sender(sender, settings: settings.map { ($0.key, $0.value) }) }
    if basicAuth { return .basicAuth }
    if let queryToken { return .queryToken(queryToken) }
    return open ? .open : .header(header ?? "X-Webhook-Secret")
  }

  /// What helps where the sender's preset wants more.
  var hint: String? {
    sender.map {
      "see levelwind senders show \($0.name), and give what is needed with --set KEY=VALUE"
    }
  }
}
