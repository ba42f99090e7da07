import Foundation

/// A sender's preset with what one webhook's configuration says of it: a rule, and its handshakes.
public struct ConfiguredSender: Rule {
  /// The preset.
  public let sender: Sender
  /// What the webhook's configuration says.
  public let options: SenderOptions
  /// The secrets that the sender brought along, besides those that are configured.
  public let learned: [Secret]
  let rule: any Rule

  public init(_ sender: Sender, _ options: SenderOptions, learned: [Secret] = []) {
    self.sender = sender
    self.options = options
    self.learned = learned
    var all = options
    all.secrets += learned
    rule = sender.makeRule(all)
  }

  /// Whether the sender brings its secret along.
  public var isTaught: Bool { sender.handshakes.contains(where: \.isTeaching) }

  /// The same with these secrets, which the sender brought along.
  public func with(learned: [Secret]) -> ConfiguredSender {
    ConfiguredSender(sender, options, learned: learned)
  }

  public var words: String { rule.words }
  public var secretHeaders: Set<String> {
    // A secret that is brought along may come in a header.
    sender.handshakes.reduce(into: rule.secretHeaders) { names, handshake in
      if case .learned(.header(let name), _) = handshake.reply { names.insert(name.lowercased()) }
    }
  }

  public var secretParameters: Set<String> {
    // A verify token travels in the query.
    sender.handshakes.reduce(into: rule.secretParameters) { names, handshake in
      if case .checked(let parameter, _, _) = handshake.reply { names.insert(parameter) }
    }
  }

  public var secretPaths: [JSONPath] {
    // A secret that is brought along may come in the body.
    rule.secretPaths
      + sender.handshakes.compactMap { handshake in
        if case .learned(.body(let path), _) = handshake.reply { path } else { nil }
      }
  }

  /// Whether `public_url` or `base_url` has to be configured.
  public var needsPublicURL: Bool { sender.needs.contains(.publicURL) }

  public var misconfigurations: [Misconfiguration] {
    if isTaught, options.secrets.isEmpty { return [] }
    let missing = sender.needs.filter { !$0.isGiven(in: options) }
    return missing.map(\.rawValue).sorted()
      .map { Misconfiguration("sender \(sender.name) needs \($0)", absent: $0) }
      + (missing.isEmpty ? rule.misconfigurations : [])
  }

  /// The URLs that its keys have to be fetched from, whatever a delivery says.
  public var keyURLs: [String] { options.audiences.isEmpty ? [] : sender.keyURLs }

  /// The hosts that a key may be fetched from whose URL a delivery names.
  public var keyHosts: [HostPattern] { sender.keyHosts }

  /// The same with these fetched keys, besides those that are configured.
  public func with(fetched: KeyStore) -> ConfiguredSender {
    var options = options
    options.keyStore = options.keyStore.beside(fetched)
    return ConfiguredSender(sender, options, learned: learned)
  }

  public func isAddressed(by request: Request) -> Bool {
    rule.isAddressed(by: asSigned(request))
  }

  /// The proof names the sender, the secret, and the sender's own id of the delivery.
  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let request = asSigned(request)
    var proof = try rule.verify(request, at: now)
    proof.verified = "sender:\(sender.name)"
    // What was verified comes first: elsewhere in the request, another id may stand.
    proof.senderDelivery = proof.senderDelivery ?? senderDelivery(of: request)
    return proof
  }

  /// The sender's own id of a delivery; nil if there is none.
  public func senderDelivery(of request: Request) -> String? { sender.delivery?.text(in: request) }

  private func asSigned(_ request: Request) -> Request {
    sender.signsDecodedBody ? request.decoded : request
  }

  /// The kind of event that a delivery is about, as the sender says it; nil if it doesn't.
  public func event(of request: Request) -> String? { sender.event?.text(in: request) }

  /// The answer to a handshake; nil if the request is none, and has to be verified as a delivery.
  ///
  /// - Throws: the rule's refusal, for a handshake that has to be verified first; or
  ///   `Refusal.unverified` for a challenge that can't be answered.
  public func answer(_ request: Request, at now: Date) throws(Refusal) -> HandshakeAnswer? {
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

  /// The options with only the secret left that the request is signed with, so that a computed
  /// answer is made with the same; and its name.
  private func verified(
    _ request: Request, at now: Date
  ) throws(Refusal) -> (options: SenderOptions, secretName: String?) {
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
