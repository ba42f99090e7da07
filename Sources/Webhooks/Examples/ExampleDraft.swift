import Bytes
import FoundationEssentials
import Verification

/// The files of a new example, made from a kept delivery.
public struct ExampleDraft {
  /// The reason why a delivery can't become an example.
  public struct Impossible: Error {
    /// The reason, with the remedy, in words.
    public let reason: String
  }

  /// The files, by their paths from the configuration's folder: the request, what is expected of
  /// it, and the secrets that it is signed with.
  public private(set) var files: [(path: String, bytes: [UInt8])] = []
  /// What the administrator should know of it, a sentence each.
  public private(set) var notes: [String] = []

  /// Makes an example. What is expected of it is what today's configuration decides.
  ///
  /// - Parameters:
  ///   - message: the delivery's request as an HTTP/1.1 message, without secrets.
  ///   - facts: what is known of the delivery.
  ///   - name: the name of the example's files.
  ///   - directory: the configuration's folder.
  /// - Throws: `Impossible`.
  public init(
    of message: [UInt8], _ facts: DeliveryFacts, named name: String, in directory: String
  ) throws(Impossible) {
    guard Self.isName(name) else {
      throw Impossible(
        reason: "\(name.quoted) can't be the name of a file: A-Z, a-z, 0-9, '.', '_' and '-', at "
          + "most 100 characters")
    }
    var request: Request
    do throws(CapturedMessage.Unreadable) {
      request = try CapturedMessage(message).request
    } catch {
      throw Impossible(reason: "the kept request can't be read: \(error)")
    }
    request.remote = facts.remote
    let (snapshot, webhook) = try loadWithTestSecrets(of: facts.webhook, in: directory)
    sign(&request, facts, webhook)
    let explanation = Explanation(
      request, for: webhook.identifier, at: facts.moment, in: snapshot)
    note(explanation, facts)
    let path = "\(ExampleFile.folder)/\(webhook.identifier)/\(name)"
    files += [
      ("\(path).http", request.message(host: "localhost")),
      ("\(path).yaml", explanation.expected(at: facts.time, from: facts.remote, of: webhook)),
    ]
  }

  private static func isName(_ name: String) -> Bool {
    let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".utf8)
    return name.utf8.allSatisfy(allowed.contains) && (1...100).contains(name.utf8.count)
      && !name.hasPrefix(".")
  }

  /// Loads the configuration with secrets that everybody may know.
  private mutating func loadWithTestSecrets(
    of name: String, in directory: String
  ) throws(Impossible) -> (Snapshot, Webhook) {
    guard let identifier = Identifier(name) else {
      throw Impossible(reason: "\(name.quoted) isn't the identifier of a webhook")
    }
    let now = Date()
    let plain = Snapshot.load(directory: directory, credentials: .unknown, now: now)
    guard let webhook = plain.snapshot?.webhooks[identifier]?.webhook else {
      throw Impossible(reason: "webhook \(identifier) isn't there, or its files can't be used")
    }
    var drafts = Drafts()
    for secret in webhook.secrets {
      guard let file = secret.fileName else {
        throw Impossible(
          reason:
            "a secret of webhook \(identifier), \(secret.path)[\(secret.place)], isn't in the "
            + "folder secrets, so that no test secret can stand for it: move it into a file there, "
            + "and name it with {secret: NAME}")
      }
      let value = try Self.testSecret(file, of: secret, in: webhook, directory)
      files.append(("\(ExampleFile.secretFolder)/\(file)", value))
      drafts.set("secrets/\(file)", to: value)
    }
    let loading = Snapshot.load(
      directory: directory, credentials: .unknown, now: now, drafts: drafts)
    guard let snapshot = loading.snapshot, case .ready(let tested) = snapshot.webhooks[identifier]
    else {
      let reasons = loading.problems(about: "\(WebhookFile.folder)/\(identifier).yaml")
        .filter { $0.severity == .error }.map(\.message).joined(separator: "; ")
      throw Impossible(
        reason: "webhook \(identifier) takes no deliveries with a test secret: "
          + (reasons.isEmpty ? "it is disabled" : reasons))
    }
    return (snapshot, tested)
  }

  /// Returns the content of a file in the folder of test secrets.
  private static func testSecret(
    _ file: String, of secret: NamedSecret, in webhook: Webhook, _ directory: String
  ) throws(Impossible) -> [UInt8] {
    let folders =
      [ExampleFile.secretFolder] + (secret.path.hasSuffix("public_keys") ? ["secrets"] : [])
    for folder in folders {
      do {
        return try BoundedFile.read("\(directory)/\(folder)/\(file)", limit: 64 << 10).bytes
      } catch {
        guard error == .missing else {
          throw Impossible(reason: "\(folder)/\(file) \(error)")
        }
      }
    }
    let check = webhook.check(of: secret.path)
    let value = Secret.forTests(named: file, check.sender)
    return (check.type == "basic_auth" ? Array("levelwind:".utf8) : []) + value + [0x0a]
  }

  private mutating func sign(
    _ request: inout Request, _ facts: DeliveryFacts, _ webhook: Webhook
  ) {
    let remote = request.remote
    do throws(Unsignable) {
      request = try webhook.signingAnew(request, at: facts.moment)
      request.remote = remote
    } catch {
      notes.append("It has the signature that came with it: \(error.reason)")
    }
  }

  private mutating func note(_ explanation: Explanation, _ facts: DeliveryFacts) {
    let was = ["refused", "unavailable"].contains(facts.verdict)
    guard was != explanation.isRejected else { return }
    notes.append(
      "The delivery was answered \(facts.status); the example would be answered "
        + "\(explanation.answer.status). The file says what is expected from now on.")
  }
}

extension Explanation {
  /// Returns the content of the file that expects just this.
  fileprivate func expected(at time: String, from remote: String, of webhook: Webhook) -> [UInt8] {
    var lines = [JSONSchema.comment(naming: "example"), "verdict: \(verdict)"]
    if case .rejected(let rejection) = decision.verdict {
      lines.append("check: \(rejection.check.quoted)")
    }
    lines.append("status: \(answer.status)")
    let new = tasks.filter { $0.place == .new }
    if case .accepted = decision.verdict {
      lines.append("incoming: \(Self.list(new.map(\.spool.path)))")
      lines.append("tasks: \(new.count)")
    }
    let failed = tasks.filter { $0.place != .new }
    if !failed.isEmpty { lines.append("failed: \(Self.list(failed.map(\.spool.path)))") }
    if webhook.preProcessors.contains(where: { $0.type == "addresses" }) {
      lines.append("remote: \(remote.quoted)")
    }
    lines.append("at: \(time)")
    if !new.isEmpty { lines.append("# assert: .data.body.… == …    a jq program over each task") }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func list(_ names: [String]) -> String {
    "[\(Set(names).sorted().joined(separator: ", "))]"
  }
}
