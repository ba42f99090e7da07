import Verification

/// The keys of `type: sender`. Each sender needs some of them and takes some others.
enum SenderKeys {
  static let sender = Option(
    required: "sender", senderName, "The sender's name, from `levelwind senders list`.")
  static let secrets = Option(
    "secrets", .secrets, default: [], "The secrets shared with the sender; one has to match.")
  /// The key `secrets` for senders that send an identity instead of a secret.
  private static let identities = Option("secrets", .identities, default: [], secrets.documentation)
  /// The names of those senders.
  private static let identified: Set = ["salesforce"]
  static let publicKeys = Option(
    "public_keys", .publicKeys, default: [],
    "The sender's public keys, each with the keys of a public key below.")
  static let verifyTokens = Option(
    "verify_tokens", .secrets, default: [],
    "The tokens that the sender's handshake has to bring, or is computed from; like secrets.")
  static let tolerance = Option(
    optional: "tolerance", .duration(.seconds(1)...(.seconds(86400))),
    "How far the sender's timestamps may be from our clock, instead of the preset's own.")
  static let header = Option(
    optional: "header", .headerName, "The header that holds the secret, where you name it.")
  static let parameter = Option(
    optional: "parameter", .line, "The query parameter that holds the secret; by default `token`.")
  static let audiences = Option(
    "audiences", .lines("audiences"), default: [], "What the sender's tokens are meant for.")
  static let issuers = Option(
    "issuers", .lines("issuers"), default: [], "Who issues the sender's tokens.")
  static let claims = Option(
    "claims", .claims, default: [], "Claims that the sender's tokens have, each with its texts.")
  static let topics = Option(
    "topics", .lines("topics"), default: [], "The topics whose messages are taken.")
  static let webhookID = Option(
    optional: "webhook_id", .line, "The webhook's id at the sender, where that is signed.")
  static let applicationID = Option(
    optional: "application_id", .line, "The application's id at the sender.")
  static let origins = Option(
    "origins", .lines("origins"), default: [],
    "The origins that may ask to send; by default any.")

  static let keys = Option(
    "keys", .keyStore, default: KeyStore(),
    "What the sender publishes on the network, kept in files, in place of what `levelwind keys "
      + "refresh` fetches from there. A delivery with a key that is missing is a 503.")

  /// Every key but `sender`, with the input of a preset that it sets.
  static let inputs: [(input: SenderInput, option: any DocumentedOption)] = [
    (.secrets, secrets), (.publicKeys, publicKeys), (.verifyTokens, verifyTokens),
    (.tolerance, tolerance), (.header, header), (.parameter, parameter), (.audiences, audiences),
    (.issuers, issuers), (.claims, claims), (.topics, topics), (.webhookID, webhookID),
    (.applicationID, applicationID), (.origins, origins), (.keyStore, keys),
  ]

  private static let senderName = Form<String>.scalar(
    "sender", "the name of a sender (levelwind senders list)",
    suggest: { Sender.all.flatMap { [$0.name] + $0.aliases }.closest(to: $0) },
    parse: { Sender.named($0) == nil ? nil : $0 })

  /// Returns the options as configured, whether or not the sender takes them.
  static func options(in mapping: Mapping) -> SenderOptions {
    var isIdentified = false
    if case .scalar(let name, _) = mapping.found(sender)?.node.content {
      isIdentified = identified.contains(name)
    }
    var options = SenderOptions(
      secrets: mapping[isIdentified ? identities : secrets], publicKeys: mapping[publicKeys])
    options.verifyTokens = mapping[verifyTokens]
    options.tolerance = mapping[tolerance]
    options.header = mapping[header]
    options.parameter = mapping[parameter]
    options.audiences = mapping[audiences]
    options.issuers = mapping[issuers]
    for claim in mapping[claims] { options.claims[claim.name] = claim.value }
    options.topics = mapping[topics]
    options.webhookID = mapping[webhookID]
    options.applicationID = mapping[applicationID]
    options.origins = mapping[origins]
    options.keyStore = mapping[keys]
    return options
  }
}
