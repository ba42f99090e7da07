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

  private init(
    _ key: String, _ path: KeyPath<SenderOptions, some Collection> & Sendable
  ) {
    self.key = key
    isGiven = { !$0[keyPath: path].isEmpty }
  }

  private init<Value>(
    optional key: String, _ path: KeyPath<SenderOptions, Value?> & Sendable
  ) {
    self.key = key
    isGiven = { $0[keyPath: path] != nil }
  }

  /// An input that comes from elsewhere, and so always counts as given.
  private init(elsewhere key: String) {
    self.key = key
    isGiven = { _ in true }
  }

  /// Compares the keys.
  public static func == (a: SenderInput, b: SenderInput) -> Bool { a.key == b.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// Secrets shared with the sender.
  public static let secrets = SenderInput("secrets", \.secrets)
  /// The sender's public keys, configured.
  public static let publicKeys = SenderInput("public_keys", \.publicKeys)
  /// The URL that the sender calls.
  public static let publicURL = SenderInput(elsewhere: "public_url")
  /// The audiences of the sender's tokens.
  public static let audiences = SenderInput("audiences", \.audiences)
  /// The claims of the sender's tokens.
  public static let claims = SenderInput("claims", \.claims)
  /// The topics of messages.
  public static let topics = SenderInput("topics", \.topics)
  /// The webhook's id at the sender.
  public static let webhookID = SenderInput(optional: "webhook_id", \.webhookID)
  /// The tokens of a handshake.
  public static let verifyTokens = SenderInput("verify_tokens", \.verifyTokens)
  /// The application's id at the sender.
  public static let applicationID = SenderInput(optional: "application_id", \.applicationID)
  /// Keys that are fetched from the sender.
  public static let keyStore = SenderInput(elsewhere: "keys")
  /// The header with a static secret.
  public static let header = SenderInput(optional: "header", \.header)
  /// The query parameter with a static secret.
  public static let parameter = SenderInput(optional: "parameter", \.parameter)
  /// The tolerance of timestamps.
  public static let tolerance = SenderInput(optional: "tolerance", \.tolerance)
  /// The issuers of the sender's tokens.
  public static let issuers = SenderInput("issuers", \.issuers)
  /// The origins that may ask to send.
  public static let origins = SenderInput("origins", \.origins)
}
