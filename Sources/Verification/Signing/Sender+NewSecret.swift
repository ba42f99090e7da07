import Bytes
import Crypto
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
  public func newSecret() -> [UInt8] { keyForm.newSecret() }

  fileprivate var keyForm: KeyForm { makeRule(SenderOptions()).keyForm }
}

extension KeyForm {
  /// Returns a new secret from 32 random bytes, in this form.
  func newSecret() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return secret(of: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  fileprivate func secret(of bytes: [UInt8]) -> [UInt8] {
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

  /// Returns the secret that examples in tests are signed with in place of a real one. Everybody
  /// can compute it from the name of the real secret's file, so that it is the same on every
  /// machine and proves nothing.
  ///
  /// - Parameters:
  ///   - name: the name of the real secret's file.
  ///   - sender: the preset whose form it has; nil for text.
  /// - Returns: the secret.
  public static func forTests(named name: String, _ sender: Sender?) -> [UInt8] {
    let digest = SHA256.hash(data: Array("levelwind test secret \(name)".utf8))
    return (sender?.keyForm ?? .text).secret(of: Array(digest))
  }
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
