import FoundationEssentials
import Serving
import Spooling
import Verification
import Webhooks

/// A list of secrets in a webhook's file, to which another is added.
package struct SecretList {
  /// The secrets in the list, in the order of the file.
  package let secrets: [NamedSecret]
  /// The type of the pre-processor, and its sender's preset.
  package let kind: (type: String, sender: Sender?)

  /// Why there is no list to add to.
  package enum Unknown: Error {
    /// The webhook has no list of secrets.
    case none
    /// One of these has to be named.
    case several([String])
  }

  /// Finds a list.
  ///
  /// - Parameters:
  ///   - webhook: the webhook.
  ///   - path: the key path of the list; nil for the only one.
  /// - Throws: if there is no such list, or it isn't clear which one is meant.
  package init(of webhook: Webhook, at path: String?) throws(Unknown) {
    // Only lists of secrets count: public keys are files that the sender publishes.
    let all = webhook.secrets.filter { !$0.path.hasSuffix("public_keys") }
    let lists = Set(all.map(\.path)).sorted()
    let usual = lists.filter { $0.hasSuffix("secrets") }
    guard let wanted = path ?? (usual.count == 1 ? usual.first : nil), lists.contains(wanted) else {
      throw lists.isEmpty ? .none : .several(lists)
    }
    secrets = all.filter { $0.path == wanted }
    kind = webhook.check(of: wanted)
  }

  package var path: String { secrets[0].path }

  /// The name of the file that the webhook waits for; nil if it has all of them.
  package var awaited: String? { secrets.first(where: \.isMissing)?.fileName }

  /// Whether the administrator usually chooses the secrets, and not the sender.
  package var takesOurs: Bool { kind.sender?.takesOurSecret ?? true }

  /// Returns a new random secret of the form that the check takes.
  package func made() -> [UInt8] {
    let secret = kind.sender?.newSecret() ?? Secret.random()
    return kind.type == "basic_auth" ? Array("levelwind:".utf8) + secret : secret
  }
}

extension ConfigurationChanges {
  /// Gives a webhook the secret that it waits for, or a further one; the others stay valid.
  ///
  /// - Parameters:
  ///   - value: the secret.
  ///   - list: where it is added.
  ///   - path: the webhook's file, `webhooks/erp.yaml`.
  ///   - old: the content of the file.
  /// - Returns: the name of the secret's file, whether the others stay valid beside it, and the
  ///   warnings.
  /// - Throws: if the file can't be edited, or would have errors. Nothing was changed then.
  package func add(
    secret value: [UInt8], to list: SecretList, in path: String, _ old: [UInt8]
  ) throws(ChangeFailure) -> (file: String, isFurther: Bool, warnings: [Problem]) {
    let content = value + [0x0a]
    var text: [UInt8]?
    let file: String
    if let awaited = list.awaited {
      file = awaited
    } else {
      let name = path.split(separator: "/").last.map { String($0.dropLast(5)) } ?? ""
      let free = NewSecrets.free(name, in: files)
      text = try edited(old, of: path) { (text) throws(UneditableText) in
        try text.addSecret(file: free, to: list.path)
      }
      file = free
    }
    let secret = NewFile(path: "secrets/\(file)", bytes: content, isSecret: true)
    guard let text else {
      var drafts = Drafts()
      drafts.set(secret.path, to: content)
      drafts.set(path, to: old)
      let warnings = try validate(drafts, path)
      try make([secret])
      return (file, false, warnings)
    }
    return (file, true, try replace(path, old, with: text, making: secret))
  }

  /// Validates a file's new content together with a new secret that it names, and puts both in
  /// place, or neither.
  ///
  /// - Returns: the warnings.
  package func replace(
    _ path: String, _ old: [UInt8], with new: [UInt8], making secret: NewFile
  ) throws(ChangeFailure) -> [Problem] {
    var drafts = Drafts()
    drafts.set(secret.path, to: secret.bytes)
    drafts.set(path, to: new)
    _ = try validate(drafts, path)
    // The secret comes first, so that the webhook never refers to a missing file.
    try make([secret])
    do throws(ChangeFailure) {
      return try replace(path, old, with: new)
    } catch {
      try attempt { () throws(ConfigurationFiles.Failure) in try files.remove(secret.path) }
      throw error
    }
  }

  /// Ends a secret of a webhook's file: it no longer matches, or is taken out.
  ///
  /// - Parameters:
  ///   - secret: the secret.
  ///   - moment: when it ends; nil to take it out of the file.
  ///   - path: the webhook's file.
  ///   - old: the content of the file.
  /// - Returns: the warnings.
  /// - Throws: if the file can't be edited, or would have errors. Nothing was changed then.
  package func retire(
    _ secret: NamedSecret, at moment: Date?, in path: String, _ old: [UInt8]
  ) throws(ChangeFailure) -> [Problem] {
    let new = try edited(old, of: path) { (text) throws(UneditableText) in
      if let moment {
        try text.retireSecret(secret.place, of: secret.path, at: moment)
      } else {
        try text.removeSecret(secret.place, of: secret.path)
      }
    }
    return try replace(path, old, with: new)
  }
}

/// What is known of the use of a secret, before it is retired.
package enum SecretEvidence {
  /// No responder has run on this state directory.
  case unknown
  case neverMatched
  case matched(WebhookActivity.Match)

  /// How long after its last use a secret counts as in use, in seconds.
  private static let recent: TimeInterval = 7 * 86400

  package init(of secret: String, webhook: String, state: String) {
    guard let status = StatusFile.read(state: state) else {
      self = .unknown
      return
    }
    self = status.webhooks[webhook]?.secrets[secret].map { .matched($0) } ?? .neverMatched
  }

  /// Whether the secret matched within the last seven days.
  package func isRecent(at now: Date) -> Bool {
    guard case .matched(let match) = self else { return false }
    return now.timeIntervalSince(match.last) < Self.recent
  }
}

extension Webhook {
  /// Whether another secret of the same list is in use at a moment.
  package func hasOther(than secret: NamedSecret, at now: Date) -> Bool {
    secrets.contains { other in
      other.path == secret.path && other.name != secret.name && !other.isMissing
        && (other.notAfter.map { $0 > now } ?? true)
    }
  }
}
