import ArgumentParser
import FoundationEssentials
import Glibc
import Verification
import Webhooks

/// `levelwind webhook secret add`: adds a secret beside the others, or one that is awaited.
struct WebhookSecretAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Gives a webhook a further secret; the others stay valid.",
    discussion: """
      If you choose the secrets for this sender, the command makes one. If the sender issues them, \
      it asks for one, or takes it from --secret-file. If the webhook still waits for a secret, \
      the command supplies that one first.
      """)

  @OptionGroup var target: WebhookTarget
  @OptionGroup var input: SecretInputOptions
  @Flag(help: "Make a secret, even if the sender usually issues it.")
  var make = false
  @Option(
    help: ArgumentHelp(
      "Which list, if the webhook has several: pre_processors[1].secrets.", valueName: "key"))
  var list: String?

  func run() throws {
    let old = try target.bytes()
    let webhook = try target.webhook(in: try target.change.configuration.snapshot())
    let secrets = try secretsOfList(webhook)
    let place = secrets[0].path
    let awaited = secrets.first(where: \.isMissing)
    let kind = webhook.check(of: place)
    let made = try value(for: kind)
    let file: String
    var text: [UInt8]?
    if let awaited, let name = awaited.fileName {
      file = name
    } else {
      file = NewSecrets.free(target.identifier, in: target.change.files)
      text = try target.edit(old) { (text) throws(UneditableText) in
        try text.addSecret(file: file, to: place)
      }
    }
    try write(file, made.value, text, old)
    let others = text == nil ? "" : ", valid beside \(secrets.map(\.name).joined(separator: ", "))"
    print("Made secrets/\(file)\(others).")
    if made.isOurs {
      let whom = kind.sender.map { "for \($0.title): \($0.secretPlace)" } ?? "for the sender"
      print("The secret, shown this once, \(whom).")
      print("  \(String(decoding: made.value, as: UTF8.self))")
    }
    try target.change.reload(target.path)
    if text != nil {
      print(
        "Once the sender uses it: levelwind webhook secret retire \(target.identifier) \(secrets[0].name)"
      )
    }
  }

  private func secretsOfList(_ webhook: Webhook) throws -> [NamedSecret] {
    // Only lists of secrets count: public keys are files that the sender publishes.
    let all = webhook.secrets.filter { !$0.path.hasSuffix("public_keys") }
    let lists = Set(all.map(\.path)).sorted()
    let usual = lists.filter { $0.hasSuffix("secrets") }
    guard let wanted = list ?? (usual.count == 1 ? usual.first : nil), lists.contains(wanted) else {
      guard !lists.isEmpty else {
        throw ExitCode.because(
          1,
          "webhook \(target.identifier) has no list of secrets; give it one with "
            + "levelwind webhook edit \(target.identifier)")
      }
      throw ExitCode.because(64, "expected --list with one of \(lists.joined(separator: ", "))")
    }
    return all.filter { $0.path == wanted }
  }

  private func value(
    for kind: (type: String, sender: Sender?)
  ) throws -> (value: [UInt8], isOurs: Bool) {
    if let given = try input.secret(prompt: nil) { return (given, false) }
    if make || kind.sender?.takesOurSecret ?? true {
      let secret = kind.sender?.newSecret() ?? Secret.random()
      return (kind.type == "basic_auth" ? Array("levelwind:".utf8) + secret : secret, true)
    }
    let place = kind.sender?.secretPlace ?? ""
    guard
      let typed = Terminal.secret(
        "The secret that the sender issued (\(place)), typing isn't shown: ")
    else {
      throw ExitCode.because(
        64,
        "the sender issues the secret (\(place)): give it with --secret-file PATH, or --make one")
    }
    return (typed, false)
  }

  /// Writes the secret first, so that the webhook never refers to a missing file.
  private func write(_ file: String, _ value: [UInt8], _ text: [UInt8]?, _ old: [UInt8]) throws {
    var drafts = Drafts()
    drafts.set("secrets/\(file)", to: value + [0x0a])
    drafts.set(target.path, to: text ?? old)
    try target.change.validate(drafts, target.path)
    let path = "secrets/\(file)"
    try target.change.change { (files) throws(ConfigurationFiles.Failure) in
      try files.create(path, value + [0x0a], isSecret: true)
    }
    guard let text else { return }
    do {
      try target.change.replace(target.path, old, with: text)
    } catch {
      try target.change.change { (files) throws(ConfigurationFiles.Failure) in
        try files.remove(path)
      }
      throw error
    }
  }
}
