import Verification

/// A key of `type: sender`, with the input of presets that it sets.
public struct SenderKey: Sendable {
  /// The input of presets.
  public let input: SenderInput
  /// The key with a value to replace, in which NAME stands for the sender's name.
  public let example: String
  let option: any DocumentedOption
  /// Reads the key into the options.
  let read: @Sendable (Mapping, inout SenderOptions) -> Void

  private init<Value: Sendable>(
    _ input: SenderInput, _ option: Option<Value>, example: String,
    set: @escaping @Sendable (inout SenderOptions, Value) -> Void
  ) {
    self.init(input, option, example: example, read: { set(&$1, $0[option]) })
  }

  private init(
    _ input: SenderInput, _ option: any DocumentedOption, example: String,
    read: @escaping @Sendable (Mapping, inout SenderOptions) -> Void
  ) {
    (self.input, self.option, self.example, self.read) = (input, option, example, read)
  }
}

extension SenderKey {
  /// Every key but `sender`. Each sender needs some of them and takes some others.
  public static let all = [
    secrets, publicKeys, verifyTokens, tolerance, header, parameter, audiences, issuers, claims,
    topics, webhookID, applicationID, origins, keyStore,
  ]

  private static let secrets = SenderKey(
    .secrets, shared, example: "secrets: [{secret: NAME}]",
    read: { mapping, options in
      options.secrets = mapping[isIdentified(mapping) ? identities : shared]
    })

  private static let publicKeys = SenderKey(
    .publicKeys,
    Option(
      "public_keys", .publicKeys, default: [],
      "The sender's public keys. Each has the keys of \"A public key\"."),
    example: "public_keys: [{file: keys/NAME.pem}]", set: { $0.publicKeys = $1 })

  private static let verifyTokens = SenderKey(
    .verifyTokens,
    Option(
      "verify_tokens", .secrets, default: [],
      "The verify tokens of the sender's handshake, in the form of secrets."),
    example: "verify_tokens: [{secret: NAME-verify}]", set: { $0.verifyTokens = $1 })

  private static let tolerance = SenderKey(
    .tolerance,
    Option(
      optional: "tolerance", .duration(.seconds(1)...(.seconds(86400))),
      "How much the sender's timestamps may differ from our clock. By default what the preset says."
    ),
    example: "tolerance: 300s", set: { $0.tolerance = $1 })

  private static let header = SenderKey(
    .header,
    Option(
      optional: "header", .headerName,
      "The header that holds the secret, for senders that let you choose it."),
    example: "header: X-Webhook-Secret", set: { $0.header = $1 })

  private static let parameter = SenderKey(
    .parameter,
    Option(
      optional: "parameter", .line,
      "The query parameter that holds the secret. By default `token`."),
    example: "parameter: token", set: { $0.parameter = $1 })

  private static let audiences = SenderKey(
    .audiences,
    Option(
      "audiences", .lines("audiences"), default: [],
      "The audiences of the sender's tokens. One of them has to match."),
    example: "audiences: [https://hooks.example.org/webhook/NAME]", set: { $0.audiences = $1 })

  private static let issuers = SenderKey(
    .issuers,
    Option(
      "issuers", .lines("issuers"), default: [],
      "The issuers of the sender's tokens. One of them has to match."),
    example: "issuers: [https://issuer.example.org]", set: { $0.issuers = $1 })

  private static let claims = SenderKey(
    .claims, texts, example: "claims: {email: [sender@example.org]}",
    read: { mapping, options in
      for claim in mapping[texts] { options.claims[claim.name] = claim.value }
    })

  private static let topics = SenderKey(
    .topics,
    Option("topics", .lines("topics"), default: [], "The topics whose messages are accepted."),
    example: "topics: [\"arn:aws:sns:eu-west-1:123456789012:topic\"]", set: { $0.topics = $1 })

  private static let webhookID = SenderKey(
    .webhookID,
    Option(
      optional: "webhook_id", .line, "The webhook's id at the sender, for senders that sign it."),
    example: "webhook_id: YOUR-WEBHOOK-ID", set: { $0.webhookID = $1 })

  private static let applicationID = SenderKey(
    .applicationID,
    Option(optional: "application_id", .line, "The application's id at the sender."),
    example: "application_id: YOUR-APPLICATION-ID", set: { $0.applicationID = $1 })

  private static let origins = SenderKey(
    .origins,
    Option(
      "origins", .lines("origins"), default: [],
      "The origins that may ask whether they may send. By default any."),
    example: "origins: [sender.example.org]", set: { $0.origins = $1 })

  private static let keyStore = SenderKey(
    .keyStore,
    Option(
      "keys", .keyStore, default: KeyStore(),
      "The sender's published keys, kept in files. They replace what `levelwind keys refresh` "
        + "fetches. A delivery whose key is missing is answered 503."),
    example: "keys: [{url: https://WHERE-IT-IS-PUBLISHED, file: keys/NAME.pem}]",
    set: { $0.keyStore = $1 })

  static let sender = Option(
    required: "sender", senderName, "The sender's name, from `levelwind senders list`.")

  private static let senderName = Form<String>.scalar(
    "sender", "the name of a sender (levelwind senders list)",
    schema: .words(Sender.all.flatMap { [$0.name] + $0.aliases }.sorted()),
    suggest: { Sender.all.flatMap { [$0.name] + $0.aliases }.closest(to: $0) },
    parse: { Sender.named($0) == nil ? nil : $0 })

  private static let shared = Option(
    "secrets", .secrets, default: [],
    "The secrets shared with the sender. One of them has to match.")
  /// The key `secrets` for senders that send an identity instead of a secret.
  private static let identities = Option("secrets", .identities, default: [], shared.documentation)
  /// The names of those senders.
  private static let identified: Set = ["salesforce"]
  private static let texts = Option(
    "claims", .claims, default: [],
    "Claims that the sender's tokens have to have, each with one of its texts.")

  private static func isIdentified(_ mapping: Mapping) -> Bool {
    guard case .scalar(let name, _) = mapping.found(sender)?.node.content else { return false }
    return identified.contains(name)
  }

  /// Returns the options as configured, whether or not the sender takes them.
  static func options(in mapping: Mapping) -> SenderOptions {
    all.reduce(into: SenderOptions()) { options, key in key.read(mapping, &options) }
  }
}
