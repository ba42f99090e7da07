/// The options of a sender in one webhook's configuration. Each preset uses those that it needs.
public struct SenderOptions: Sendable {
  /// The secrets shared with the sender. Any of them may match.
  public var secrets: [Secret] = []
  /// The sender's public keys that are configured rather than fetched.
  public var publicKeys: [PublicKey] = []
  /// The sender's public keys that were fetched.
  public var keyStore = KeyStore()
  /// The greatest distance of a timestamp from our clock, both ways; nil for the preset's default.
  public var tolerance: Duration?
  /// The header that holds a static secret, for senders whose users choose its name; nil for the
  /// preset's default.
  public var header: String?
  /// The query parameter that holds a static secret; nil for `token`.
  public var parameter: String?
  /// The accepted audiences of the sender's tokens; empty if it has no tokens.
  public var audiences: [String] = []
  /// The accepted issuers of the sender's tokens, for senders with an issuer for each user.
  public var issuers: [String] = []
  /// The claims that the sender's tokens have to have, such as `email` of Google's service account.
  public var claims: [String: [String]] = [:]
  /// The topics whose messages are accepted, for senders that sign for all their users alike.
  public var topics: [String] = []
  /// The webhook's id at the sender, if the sender signs it.
  public var webhookID: String?
  /// The tokens that a handshake has to bring, or that its answer is computed from.
  public var verifyTokens: [Secret] = []
  /// The application's id at the sender, if a handshake asks for it.
  public var applicationID: String?
  /// The origins that may ask to send; empty for any.
  public var origins: [String] = []

  /// Makes options with these secrets and keys. All others are absent.
  public init(secrets: [Secret] = [], publicKeys: [PublicKey] = []) {
    self.secrets = secrets
    self.publicKeys = publicKeys
  }
}

/// An input that a preset may need from the configuration.
public struct SenderInput: Sendable, Hashable {
  /// The key that sets it in `type: sender`, or the key of the webhook.
  public let key: String
  /// Returns whether the options hold this input.
  let isGiven: @Sendable (SenderOptions) -> Bool

  private init(_ key: String, isGiven: @escaping @Sendable (SenderOptions) -> Bool) {
    self.key = key
    self.isGiven = isGiven
  }

  /// Compares the keys.
  public static func == (a: SenderInput, b: SenderInput) -> Bool { a.key == b.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// Secrets shared with the sender.
  public static let secrets = SenderInput("secrets") { !$0.secrets.isEmpty }
  /// The sender's public keys, configured.
  public static let publicKeys = SenderInput("public_keys") { !$0.publicKeys.isEmpty }
  /// The URL that the sender calls. It comes from elsewhere, and so always counts as given.
  public static let publicURL = SenderInput("public_url") { _ in true }
  /// The audiences of the sender's tokens.
  public static let audiences = SenderInput("audiences") { !$0.audiences.isEmpty }
  /// The claims of the sender's tokens.
  public static let claims = SenderInput("claims") { !$0.claims.isEmpty }
  /// The topics of messages.
  public static let topics = SenderInput("topics") { !$0.topics.isEmpty }
  /// The webhook's id at the sender.
  public static let webhookID = SenderInput("webhook_id") { $0.webhookID != nil }
  /// The tokens of a handshake.
  public static let verifyTokens = SenderInput("verify_tokens") { !$0.verifyTokens.isEmpty }
  /// The application's id at the sender.
  public static let applicationID = SenderInput("application_id") { $0.applicationID != nil }
  /// Keys that are fetched from the sender, and so always count as given.
  public static let keyStore = SenderInput("keys") { _ in true }
  /// The header with a static secret.
  public static let header = SenderInput("header") { $0.header != nil }
  /// The query parameter with a static secret.
  public static let parameter = SenderInput("parameter") { $0.parameter != nil }
  /// The tolerance of timestamps.
  public static let tolerance = SenderInput("tolerance") { $0.tolerance != nil }
  /// The issuers of the sender's tokens.
  public static let issuers = SenderInput("issuers") { !$0.issuers.isEmpty }
  /// The origins that may ask to send.
  public static let origins = SenderInput("origins") { !$0.origins.isEmpty }
}
