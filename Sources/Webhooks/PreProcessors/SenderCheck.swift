import FoundationEssentials
import Verification

/// `type: sender`: a sender's preset, with its handshakes.
struct SenderCheck: RulePreProcessor {
  static let type = "sender"
  static let documentation = """
    A known sender proves itself by its own scheme. `levelwind senders list` names the senders. \
    `levelwind senders show NAME` says what is checked, which keys a sender needs, and which \
    handshakes are answered. A delivery that isn't verified is answered 401, or with the status \
    that the sender insists on.
    """
  static let example = """
    type: sender
    sender: shopify
    secrets:
      - {secret: shopify}
    """

  static let options: [any DocumentedOption] = [SenderKey.sender] + SenderKey.all.map(\.option)

  private(set) var rule: ConfiguredSender

  init?(reading mapping: Mapping) {
    let options = SenderKey.options(in: mapping)
    guard let name = mapping[SenderKey.sender], let sender = Sender.named(name) else { return nil }
    let allowed = sender.needs.union(sender.takes)
    for key in SenderKey.all where mapping.found(key.option) != nil {
      guard !allowed.contains(key.input) else { continue }
      let known = SenderKey.all.filter { allowed.contains($0.input) }.map(\.option.key)
      mapping.report(
        at: key.option,
        "sender \(sender.name) takes no \(key.option.key)"
          + (known.isEmpty ? "" : ", only \(known.joined(separator: ", "))"))
      return nil
    }
    guard let rule = mapping.checked(ConfiguredSender(sender, options)) else { return nil }
    self.rule = rule
  }

  var needsPublicURL: Bool { rule.needsPublicURL }
  var handshakeMethods: Set<String> { rule.sender.handshakeMethods }
  var sender: Sender? { rule.sender }
  var senders: [ConfiguredSender] { [rule] }

  func with(fetched: KeyStore) -> SenderCheck {
    var check = self
    check.rule = rule.with(fetched: fetched)
    return check
  }

  func with(learned: [String: LearnedSecret]) -> SenderCheck {
    var check = self
    let mine = learned.filter { rule.isTaught && $0.value.sender == rule.sender.name }
    check.rule = rule.with(
      learned: mine.sorted { $0.key < $1.key }.map { name, secret in
        Secret(Array(secret.value), name: name, notAfter: secret.notAfter)
      })
    return check
  }

  func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome {
    if let handshake = try rule.answer(request, at: now) {
      return PreProcessorOutcome(handshake, of: rule.sender)
    }
    return .passed(try verified(request, at: now))
  }
}
