/// What a webhook's configuration says of its sender: each preset takes what it needs of it.
public struct SenderOptions: Sendable {
  /// The secrets shared with the sender; any may match.
  public var secrets: [Secret] = []
  /// The sender's public keys, where they are configured and not fetched.
  public var publicKeys: [PublicKey] = []
  /// The sender's public keys that were fetched.
  public var keyStore = KeyStore()
  /// The greatest distance of a timestamp from our clock, both ways; nil for the preset's own.
  public var tolerance: Duration?
  /// The header that holds a static secret, for senders that let their users name it.
  public var header: String?
  /// The query parameter that holds a static secret; `token` by default.
  public var parameter: String?
  /// What the sender's tokens have to be meant for.
  public var audiences: [String] = []
  /// Who may have issued the sender's tokens, where it isn't one for all.
  public var issuers: [String] = []
  /// Claims that the sender's tokens have to have: `email` of Google's service account.
  public var claims: [String: [String]] = [:]
  /// The topics whose messages are taken, for senders that sign for all of their users alike.
  public var topics: [String] = []
  /// The webhook's id at the sender, where that is signed.
  public var webhookID: String?
  /// The tokens that a handshake has to bring, or is computed from.
  public var verifyTokens: [Secret] = []
  /// The application's id at the sender, where a handshake asks for it.
  public var applicationID: String?
  /// The origins that may ask to send; any if empty.
  public var origins: [String] = []

  public init(secrets: [Secret] = [], publicKeys: [PublicKey] = []) {
    self.secrets = secrets
    self.publicKeys = publicKeys
  }
}
