import Administration
import ArgumentParser
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
    let secrets = try list(of: webhook)
    let value = try value(for: secrets)
    let (file, isFurther) = try target.change.make { (changes) throws(ChangeFailure) in
      let added = try changes.add(secret: value.bytes, to: secrets, in: target.path, old)
      return ((added.file, added.isFurther), added.warnings)
    }
    let names = secrets.secrets.map(\.name).joined(separator: ", ")
    print("Made secrets/\(file)\(isFurther ? ", valid beside \(names)" : "").")
    if value.isOurs {
      let whom =
        secrets.kind.sender.map { "for \($0.title): \($0.secretPlace)" } ?? "for the sender"
      print("The secret, shown this once, \(whom).")
      print("  \(String(decoding: value.bytes, as: UTF8.self))")
    }
    try target.change.reload(target.path)
    if isFurther {
      print(
        "Once the sender uses it: levelwind webhook secret retire \(target.identifier) \(secrets.secrets[0].name)"
      )
    }
  }

  private func list(of webhook: Webhook) throws -> SecretList {
    do throws(SecretList.Unknown) {
      return try SecretList(of: webhook, at: list)
    } catch {
      switch error {
      case .none:
        throw ExitCode.because(
          1,
          "webhook \(target.identifier) has no list of secrets; give it one with "
            + "levelwind webhook edit \(target.identifier)")
      case .several(let lists):
        throw ExitCode.because(64, "expected --list with one of \(lists.joined(separator: ", "))")
      }
    }
  }

  private func value(for list: SecretList) throws -> (bytes: [UInt8], isOurs: Bool) {
    if let given = try input.secret(prompt: nil) { return (given, false) }
    if make || list.takesOurs { return (list.made(), true) }
    let place = list.kind.sender?.secretPlace ?? ""
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
}
