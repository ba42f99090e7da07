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
