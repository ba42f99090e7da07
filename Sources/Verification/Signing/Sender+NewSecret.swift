import Foundation

extension Sender {
  /// Those that have their users choose the secret, and whose words on where it is don't say so.
  private static let chosen: Set<String> = [
    "bitbucket", "calendly", "circleci", "github", "gitea-forgejo", "gitlab", "jira", "netlify",
    "sanity", "typeform", "woocommerce",
  ]

  /// Whether the secret is made here and given to the sender; otherwise the sender issues it.
  public var takesOurSecret: Bool {
    needsOrTakesSecrets && (secretPlace.hasPrefix("You choose") || Self.chosen.contains(name))
  }

  /// Whether a secret is configured for it at all.
  public var needsOrTakesSecrets: Bool { needs.union(takes).contains(.secrets) }

  /// A secret of the form that the sender's scheme takes, from 32 random bytes.
  public func newSecret() -> [UInt8] {
    makeRule(SenderOptions()).keyForm.newSecret()
  }
}

extension KeyForm {
  /// A secret of 32 random bytes, written in this form.
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
  /// A secret of 32 random bytes in 43 characters that need no escaping anywhere.
  public static func random() -> [UInt8] { KeyForm.text.newSecret() }
}

extension Rule {
  /// How the first of its signatures makes a key from a secret.
  fileprivate var keyForm: KeyForm { signatures.first?.keyForm ?? .text }

  /// The signatures that it is made of.
  var signatures: [Signature] {
    switch self {
    case let rule as Signature: [rule]
    case let rule as FirstAddressed: rule.rules.flatMap(\.signatures)
    case let rule as AnyOf: rule.rules.flatMap(\.signatures)
    default: []
    }
  }
}
