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

  private init<Value>(
    _ input: SenderInput, _ option: Option<Value>,
    into path: WritableKeyPath<SenderOptions, Value> & Sendable, example: String
  ) {
    self.init(input, option, example: example) { $1[keyPath: path] = $0[option] }
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
  public static let all: [SenderKey] = [
    SenderKey(.secrets, secrets, example: "secrets: [{secret: NAME}]") { mapping, options in
      options.secrets = mapping[isIdentified(mapping) ? identities : secrets]
    },
    SenderKey(
      .publicKeys,
      Option(
        "public_keys", .publicKeys, default: [],
        "The sender's public keys, each with the keys of a public key below."),
      into: \.publicKeys, example: "public_keys: [{file: keys/NAME.pem}]"),
    SenderKey(
      .verifyTokens,
      Option(
        "verify_tokens", .secrets, default: [],
        "The tokens that the sender's handshake has to bring, or is computed from; like secrets."),
      into: \.verifyTokens, example: "verify_tokens: [{secret: NAME-verify}]"),
    SenderKey(
      .tolerance,
      Option(
        optional: "tolerance", .duration(.seconds(1)...(.seconds(86400))),
        "How far the sender's timestamps may be from our clock, instead of the preset's own."),
      into: \.tolerance, example: "tolerance: 300s"),
    SenderKey(
      .header,
      Option(
        optional: "header", .headerName, "The header that holds the secret, where you name it."),
      into: \.header, example: "header: X-Webhook-Secret"),
    SenderKey(
      .parameter,
      Option(
        optional: "parameter", .line,
        "The query parameter that holds the secret; by default `token`."),
      into: \.parameter, example: "parameter: token"),
    SenderKey(
      .audiences,
      Option(
        "audiences", .lines("audiences"), default: [], "What the sender's tokens are meant for."),
      into: \.audiences, example: "audiences: [https://hooks.example.org/webhook/NAME]"),
    SenderKey(
      .issuers,
      Option("issuers", .lines("issuers"), default: [], "Who issues the sender's tokens."),
      into: \.issuers, example: "issuers: [https://issuer.example.org]"),
    SenderKey(.claims, claims, example: "claims: {email: [sender@example.org]}") {
      mapping, options in
      for claim in mapping[claims] { options.claims[claim.name] = claim.value }
    },
    SenderKey(
      .topics,
      Option("topics", .lines("topics"), default: [], "The topics whose messages are taken."),
      into: \.topics, example: "topics: [\"arn:aws:sns:eu-west-1:123456789012:topic\"]"),
    SenderKey(
      .webhookID,
      Option(
        optional: "webhook_id", .line, "The webhook's id at the sender, where that is signed."),
      into: \.webhookID, example: "webhook_id: YOUR-WEBHOOK-ID"),
    SenderKey(
      .applicationID,
      Option(optional: "application_id", .line, "The application's id at the sender."),
      into: \.applicationID, example: "application_id: YOUR-APPLICATION-ID"),
    SenderKey(
      .origins,
      Option(
        "origins", .lines("origins"), default: [],
        "The origins that may ask to send; by default any."),
      into: \.origins, example: "origins: [sender.example.org]"),
    SenderKey(
      .keyStore,
      Option(
        "keys", .keyStore, default: KeyStore(),
        "What the sender publishes on the network, kept in files, in place of what `levelwind keys "
          + "refresh` fetches from there. A delivery with a key that is missing is a 503."),
      into: \.keyStore, example: "keys: [{url: https://WHERE-IT-IS-PUBLISHED, file: keys/NAME.pem}]"
    ),
  ]

  static let sender = Option(
    required: "sender", senderName, "The sender's name, from `levelwind senders list`.")

  private static let senderName = Form<String>.scalar(
    "sender", "the name of a sender (levelwind senders list)",
    suggest: { Sender.all.flatMap { [$0.name] + $0.aliases }.closest(to: $0) },
    parse: { Sender.named($0) == nil ? nil : $0 })

  private static let secrets = Option(
    "secrets", .secrets, default: [], "The secrets shared with the sender; one has to match.")
  /// The key `secrets` for senders that send an identity instead of a secret.
  private static let identities = Option("secrets", .identities, default: [], secrets.documentation)
  /// The names of those senders.
  private static let identified: Set = ["salesforce"]
  private static let claims = Option(
    "claims", .claims, default: [], "Claims that the sender's tokens have, each with its texts.")

  private static func isIdentified(_ mapping: Mapping) -> Bool {
    guard case .scalar(let name, _) = mapping.found(sender)?.node.content else { return false }
    return identified.contains(name)
  }

  /// Returns the options as configured, whether or not the sender takes them.
  static func options(in mapping: Mapping) -> SenderOptions {
    all.reduce(into: SenderOptions()) { options, key in key.read(mapping, &options) }
  }
}
