import Bytes
import FoundationEssentials

extension Sender {
  /// The senders whose users choose the secret, although `secretPlace` doesn't start with "You
  /// choose".
  private static let chosen: Set<String> = [
    "bitbucket", "calendly", "circleci", "github", "gitea-forgejo", "gitlab", "jira", "netlify",
    "sanity", "typeform", "woocommerce",
  ]

  /// Whether the secret is made here and given to the sender; otherwise the sender issues it.
  public var takesOurSecret: Bool {
    needsOrTakesSecrets && (secretPlace.hasPrefix("You choose") || Self.chosen.contains(name))
  }

  /// Whether a secret can be configured for this sender.
  public var needsOrTakesSecrets: Bool { needs.union(takes).contains(.secrets) }

  /// Returns a new secret from 32 random bytes, in the form that the sender's scheme takes.
  public func newSecret() -> [UInt8] {
    makeRule(SenderOptions()).keyForm.newSecret()
  }
}

extension KeyForm {
  /// Returns a new secret from 32 random bytes, in this form.
  func newSecret() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    switch self {
    case .hex: return Hex.encode(bytes)
    case .base64: return Base64.encode(bytes)
    case .whsec, .prefixedWhsec: return Array("whsec_".utf8) + Base64.encode(bytes)
    case .text, .suffixed, .nfkd: return SignatureEncoding.base64url.encode(bytes)
    }
  }
}

extension Secret {
  /// Returns a new secret from 32 random bytes: 43 characters that need no escaping anywhere.
  public static func random() -> [UInt8] { KeyForm.text.newSecret() }
}

extension Rule {
  /// The way from a secret to a key in the first of the rule's signatures.
  fileprivate var keyForm: KeyForm { signatures.first?.keyForm ?? .text }

  /// The signatures that the rule is made of.
  var signatures: [Signature] {
    switch self {
    case let rule as Signature: [rule]
    case let rule as FirstAddressed: rule.rules.flatMap(\.signatures)
    case let rule as AnyOf: rule.rules.flatMap(\.signatures)
    default: []
    }
  }
}
