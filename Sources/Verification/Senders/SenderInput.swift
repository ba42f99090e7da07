/// An input that a preset may need from the configuration.
public enum SenderInput: String, Sendable, CaseIterable {
  case secrets
  case publicKeys = "public_keys"
  case publicURL = "public_url"
  case audiences, claims, topics
  case webhookID = "webhook_id"
  case verifyTokens = "verify_tokens"
  case applicationID = "application_id"
  /// Keys that are fetched from the sender.
  case keyStore = "keys"
  case header, parameter, tolerance, issuers, origins

  /// Returns whether the options hold this input. The public URL and fetched keys come from
  /// elsewhere, so they always count as given.
  func isGiven(in options: SenderOptions) -> Bool {
    switch self {
    case .secrets: !options.secrets.isEmpty
    case .publicKeys: !options.publicKeys.isEmpty
    case .audiences: !options.audiences.isEmpty
    case .claims: !options.claims.isEmpty
    case .topics: !options.topics.isEmpty
    case .webhookID: options.webhookID != nil
    case .verifyTokens: !options.verifyTokens.isEmpty
    case .applicationID: options.applicationID != nil
    case .header: options.header != nil
    case .parameter: options.parameter != nil
    case .tolerance: options.tolerance != nil
    case .issuers: !options.issuers.isEmpty
    case .origins: !options.origins.isEmpty
    case .publicURL, .keyStore: true
    }
  }
}
