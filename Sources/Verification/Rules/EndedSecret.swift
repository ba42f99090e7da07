import FoundationEssentials

/// A secret or key past its end with which a request would have been accepted. It is reported to
/// the administrator and lets nothing pass.
public struct EndedSecret: Sendable, Equatable {
  /// The name of the secret or key.
  public let name: String
  /// The last moment at which it matched.
  public let end: Date
}

/// A rule whose secrets and keys have an end each.
protocol SecretHolding: Rule {
  /// The secrets.
  var secrets: [Secret] { get set }
  /// The public keys; none by default.
  var endingKeys: [PublicKey] { get set }
}

extension SecretHolding {
  var endingKeys: [PublicKey] {
    get { [] }
    set {}
  }

  /// Asks this rule once more, with only the ended secrets and keys.
  ///
  /// - Returns: The match; nil if there isn't one, or it has no name.
  public func endedSecret(of request: Request, at now: Date) -> EndedSecret? {
    let ended = EndedSecrets(secrets, endingKeys, at: now)
    var revived = self
    revived.secrets = ended.secrets
    revived.endingKeys = ended.keys
    return ended.match(of: request, by: revived, at: now)
  }
}

extension SecretHeader: SecretHolding {}
extension BasicAuth: SecretHolding {}
extension QueryToken: SecretHolding {}
extension BodyField: SecretHolding {}

extension Signature: SecretHolding {
  var endingKeys: [PublicKey] {
    get { publicKeys }
    set { publicKeys = newValue }
  }
}

extension JSONWebToken: SecretHolding {
  var endingKeys: [PublicKey] {
    get { keys }
    set { keys = newValue }
  }
}

extension ConfiguredSender {
  /// Asks the preset's rule once more, with only the ended ones of the configured secrets and keys.
  ///
  /// - Returns: The match; nil if there isn't one, or it has no name.
  public func endedSecret(of request: Request, at now: Date) -> EndedSecret? {
    let ended = EndedSecrets(options.secrets, options.publicKeys, at: now)
    var revived = options
    revived.secrets = ended.secrets
    revived.publicKeys = ended.keys
    return ended.match(of: request, by: sender.makeRule(revived), at: now)
  }
}

/// The secrets and keys of a rule that have ended, with their ends removed.
private struct EndedSecrets {
  let secrets: [Secret]
  let keys: [PublicKey]
  private let ends: [String: Date]

  init(_ secrets: [Secret], _ keys: [PublicKey], at now: Date) {
    let oldSecrets = secrets.filter { !$0.bytes.isEmpty && !$0.isUsable(at: now) }
    let oldKeys = keys.filter { !$0.isUsable(at: now) }
    self.secrets = oldSecrets.map { Secret($0.bytes, name: $0.name) }
    self.keys = oldKeys.map { PublicKey($0.material, name: $0.name) }
    let named = oldSecrets.map { ($0.name, $0.notAfter) } + oldKeys.map { ($0.name, $0.notAfter) }
    ends = named.reduce(into: [:]) { ends, one in
      if let name = one.0, let end = one.1 { ends[name] = end }
    }
  }

  /// Returns the ended secret or key that the request is right for; nil if there isn't one. The
  /// rule compares in constant time, as ever.
  func match(of request: Request, by rule: any Rule, at now: Date) -> EndedSecret? {
    guard !ends.isEmpty, let name = (try? rule.verify(request, at: now))?.secretName else {
      return nil
    }
    return ends[name].map { EndedSecret(name: name, end: $0) }
  }
}
