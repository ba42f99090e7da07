import ArgumentParser
import Verification
import Webhooks

/// The options that say how the deliveries of a new webhook are verified.
struct WebhookCheckOptions: ParsableArguments {
  @Option(
    help: "A known sender's preset: levelwind senders list.", completion: .senders,
    transform: { name in
      guard let sender = Sender.named(name) else {
        throw ValidationError(
          "there is no sender \(name)\(NearName.hint(sender: name)): levelwind senders list")
      }
      return sender
    })
  var sender: Sender?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A further key of the sender's preset, with its value as YAML: audiences=[https://…].",
      valueName: "key=value"))
  var settings: [Setting] = []
  @Option(
    help: ArgumentHelp(
      "A header holds the secret. The default: X-Webhook-Secret.", valueName: "name"))
  var header: String?
  @Option(
    help: ArgumentHelp(
      "A header holds an HMAC of the body, made with the secret.", valueName: "name"))
  var hmac: String?
  @Option(help: ArgumentHelp("The HMAC's hash. The default: sha256.", valueName: "hash"))
  var algorithm: String?
  @Option(
    help: ArgumentHelp(
      "How the HMAC is written: hex, HEX, base64, base64url. The default: hex.", valueName: "word"))
  var encoding: String?
  @Option(
    help: ArgumentHelp("The text before the HMAC, such as sha256=.", valueName: "text"))
  var prefix: String?
  @Option(
    help: ArgumentHelp(
      "The header with the time of sending, which is signed. It may differ from our clock by 300 "
        + "s.",
      valueName: "name"))
  var timestampHeader: String?
  @Option(
    help: ArgumentHelp("The time's format: s, ms, rfc3339. The default: s.", valueName: "unit"))
  var timestampUnit: String?
  @Option(
    help: ArgumentHelp(
      "What is signed, as YAML. The default: [body], and [timestamp, {text: .}, body] with a time.",
      valueName: "pieces"))
  var message: String?
  @Flag(help: "Basic authentication, user levelwind.")
  var basicAuth = false
  @Option(help: ArgumentHelp("A query parameter holds the secret.", valueName: "name"))
  var queryToken: String?
  @Flag(help: "Anyone may send.")
  var open = false

  func validate() throws {
    let ways = [sender != nil, header != nil, hmac != nil, basicAuth, queryToken != nil, open]
    guard ways.count(where: { $0 }) <= 1 else {
      throw ValidationError(
        "expected one of --sender, --header, --hmac, --basic-auth, --query-token, --open")
    }
    let details = [
      ("algorithm", algorithm), ("encoding", encoding), ("prefix", prefix), ("message", message),
      ("timestamp-header", timestampHeader), ("timestamp-unit", timestampUnit),
    ]
    for (name, value) in details where value != nil && hmac == nil {
      throw ValidationError("--\(name) needs --hmac")
    }
    if timestampUnit != nil, timestampHeader == nil {
      throw ValidationError("--timestamp-unit needs --timestamp-header")
    }
    if message?.unicodeScalars.contains(where: { $0.value < 0x20 }) ?? false {
      throw ValidationError("--message is one line of YAML")
    }
    guard settings.isEmpty || sender != nil else { throw ValidationError("--set needs --sender") }
    for setting in settings
    where ["type", "sender", "secrets", "verify_tokens"].contains(setting.key) {
      throw ValidationError(
        "--set \(setting.key) can't be set here: secrets are files of their own")
    }
  }

  var check: WebhookTemplate.Check {
    if let sender { return .sender(sender, settings: settings.map { ($0.key, $0.value) }) }
    if let hmac {
      return .hmac(
        HMACSettings(
          header: hmac, algorithm: algorithm ?? "sha256", encoding: encoding ?? "hex",
          prefix: prefix, message: message, timestampHeader: timestampHeader,
          timestampUnit: timestampUnit ?? "s"))
    }
    if basicAuth { return .basicAuth }
    if let queryToken { return .queryToken(queryToken) }
    return open ? .open : .header(header ?? "X-Webhook-Secret")
  }

  /// A hint for presets that need more keys.
  var hint: String? {
    sender.map {
      "see levelwind senders show \($0.name), and give what is needed with --set KEY=VALUE"
    }
  }
}
