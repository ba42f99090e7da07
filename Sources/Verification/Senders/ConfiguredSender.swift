import FoundationEssentials

/// A sender's preset with the options of one webhook: a rule and its handshakes.
public struct ConfiguredSender: Rule {
  /// The preset.
  public let sender: Sender
  /// The options from the webhook's configuration.
  public let options: SenderOptions
  /// The secrets that the sender brought in handshakes, in addition to the configured ones.
  public let learned: [Secret]
  let rule: any Rule

  /// Makes the preset's rule from the options. The learned secrets are tried besides the configured
  /// ones.
  public init(_ sender: Sender, _ options: SenderOptions, learned: [Secret] = []) {
    self.sender = sender
    self.options = options
    self.learned = learned
    var all = options
    all.secrets += learned
    rule = sender.makeRule(all)
  }

  /// Whether the sender brings its secret in a handshake.
  public var isTaught: Bool { sender.handshakes.contains(where: \.isTeaching) }

  /// Returns this sender with these secrets as the learned ones.
  public func with(learned: [Secret]) -> ConfiguredSender {
    ConfiguredSender(sender, options, learned: learned)
  }

  /// The description of the preset's rule.
  public var words: String { rule.words }
  /// The headers of the preset's rule, and those in which a handshake brings a secret.
  public var secretHeaders: Set<String> {
    // A secret that a handshake brings may come in a header.
    sender.handshakes.reduce(into: rule.secretHeaders) { names, handshake in
      if case .learned(.header(let name), _) = handshake.reply { names.insert(name.lowercased()) }
    }
  }

  /// The parameters of the preset's rule, and those in which a handshake brings a verify token.
  public var secretParameters: Set<String> {
    // A verify token travels in the query.
    sender.handshakes.reduce(into: rule.secretParameters) { names, handshake in
      if case .checked(let parameter, _, _) = handshake.reply { names.insert(parameter) }
    }
  }

  /// The paths of the preset's rule, and those at which a handshake brings a secret.
  public var secretPaths: [JSONPath] {
    // A secret that a handshake brings may come in the body.
    rule.secretPaths
      + sender.handshakes.compactMap { handshake in
        if case .learned(.body(let path), _) = handshake.reply { path } else { nil }
      }
  }

  /// Whether `public_url` or `base_url` has to be configured.
  public var needsPublicURL: Bool { sender.needs.contains(.publicURL) }

  /// An error for each required input that is missing, or else the errors of the preset's rule.
  /// Empty if a handshake brings the secret and none is configured.
  public var misconfigurations: [Misconfiguration] {
    if isTaught, options.secrets.isEmpty { return [] }
    let missing = sender.needs.filter { !$0.isGiven(options) }
    return missing.map(\.key).sorted()
      .map { Misconfiguration("sender \(sender.name) needs \($0)", absent: $0) }
      + (missing.isEmpty ? rule.misconfigurations : [])
  }

  /// The fixed URLs that its keys are fetched from; empty unless audiences are configured.
  public var keyURLs: [String] { options.audiences.isEmpty ? [] : sender.keyURLs }

  /// The hosts that a key may be fetched from if a delivery names its URL.
  public var keyHosts: [HostPattern] { sender.keyHosts }

  /// Returns this sender with these fetched keys, in addition to the configured ones.
  public func with(fetched: KeyStore) -> ConfiguredSender {
    var options = options
    options.keyStore = options.keyStore.beside(fetched)
    return ConfiguredSender(sender, options, learned: learned)
  }

  /// Returns whether the request holds anything that the preset's rule checks.
  public func isAddressed(by request: Request) -> Bool {
    rule.isAddressed(by: asSigned(request))
  }

  /// Verifies a request. The proof names the sender, the secret, and the sender's own id of the
  /// delivery.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let request = asSigned(request)
    var proof = try rule.verify(request, at: now)
    proof.verified = "sender:\(sender.name)"
    // The id from the verified bytes has priority: elsewhere in the request, another id may stand.
    proof.senderDelivery = proof.senderDelivery ?? senderDelivery(of: request)
    return proof
  }

  /// Returns the sender's own id of a delivery; nil if it can't be read.
  public func senderDelivery(of request: Request) -> String? { sender.delivery?.text(in: request) }

  private func asSigned(_ request: Request) -> Request {
    sender.signsDecodedBody ? request.decoded : request
  }

  /// Returns the kind of event as the sender names it; nil if it can't be read.
  public func event(of request: Request) -> String? { sender.event?.text(in: request) }

  /// Returns the answer to a handshake; nil if the request isn't a handshake and has to be verified
  /// as a delivery.
  ///
  /// - Throws: The rule's rejection, if the handshake has to be verified first and isn't right.
  ///   Otherwise the rejections of `Handshake.answer`.
  public func answer(_ request: Request, at now: Date) throws(Rejection) -> HandshakeAnswer? {
    let request = asSigned(request)
    for handshake in sender.handshakes where try handshake.isMeant(by: request) {
      guard handshake.isVerified else {
        return try handshake.answer(request, with: options, at: now)
      }
      let (options, name) = try verified(request, at: now)
      var answer = try handshake.answer(request, with: options, at: now)
      answer?.secretName = name
      return answer
    }
    return nil
  }

  /// Returns the options with only the secrets that the request is signed with, so that a computed
  /// answer uses the same secret, and the name of the matching secret.
  private func verified(
    _ request: Request, at now: Date
  ) throws(Rejection) -> (options: SenderOptions, secretName: String?) {
    let proof = try rule.verify(request, at: now)
    var matching = options
    matching.secrets = options.secrets.filter { secret in
      var alone = options
      alone.secrets = [secret]
      return (try? sender.makeRule(alone).verify(request, at: now)) != nil
    }
    return (matching, proof.secretName)
  }
}
