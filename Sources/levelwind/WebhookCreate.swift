import ArgumentParser
import Foundation
import Verification
import Webhooks

/// `levelwind webhook create`: a new webhook, with its secret.
struct WebhookCreate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes a webhook and its secret, and prints the URL to share.",
    discussion: """
      Writes webhooks/<identifier>.yaml, the identifier made from the name, after the whole was
      validated with it in place, and has the responder load it. Without --sender, a header holds
      the secret, unless another way is asked for.

      Where you choose the secret, a strong one is made in secrets/ and shown this once. Where the
      sender issues it, it is asked for, or taken from --secret-file; until it is there, deliveries
      are answered 503, and handshakes as usual.

        levelwind webhook create "ERP Stock" --incoming stock-updates
        levelwind webhook create Shop --incoming orders --sender shopify --secret-file -
      """)

  @Argument(help: "What people call it.")
  var name: String
  @Option(help: "The incoming configuration that gets the tasks.")
  var incoming: String
  @Option(help: "Another one that gets tasks of its own; may be repeated.")
  var additional: [String] = []
  @Option(help: "What it is for.")
  var description = ""
  @Flag(help: "Log every delivery, and not refusals alone.")
  var logging = false
  @Flag(help: "Begin as if it was not there, until levelwind webhook enable.")
  var disabled = false
  @Flag(help: "Make incoming configurations that are missing, without a filter.")
  var createIncoming = false
  @OptionGroup var check: WebhookCheckOptions
  @OptionGroup var input: SecretInputOptions
  @OptionGroup var change: ChangeOptions

  func validate() throws { try check.validate() }

  func run() throws {
    var drafts = Drafts()
    let snapshot = try change.configuration.snapshot(readsSecrets: false)
    let made = try missingIncoming(snapshot, &drafts)
    guard
      let identifier = Identifier(name: name, taken: { change.files.exists("webhooks/\($0).yaml") })
    else { throw ValidationError("\"\(name)\" has no letters that an identifier could be made of") }
    let secrets = try NewSecrets(for: identifier, check: check, input: input, files: change.files)
    let path = "webhooks/\(identifier).yaml"
    let bytes = template(identifier, secrets).bytes
    drafts.set(path, to: bytes)
    for file in secrets.files { drafts.set("secrets/\(file.name)", to: file.value) }
    try change.validate(drafts, path, hint: check.hint)
    try change.change { (files) throws(ConfigurationFiles.Failure) in
      for (path, bytes) in made { try files.create(path, bytes) }
      for file in secrets.files {
        try files.create("secrets/\(file.name)", file.value + [0x0a], isSecret: true)
      }
      try files.create(path, bytes)
    }
    let after = try change.configuration.snapshot()
    let files = made.map(\.path) + secrets.files.map { "secrets/\($0.name)" } + [path]
    print("Made \(files.joined(separator: ", ")).")
    print("URL: \(after.webhooks[identifier]?.webhook?.publicURL ?? unknownURL(identifier))")
    for line in secrets.words { print(line) }
    for (path, _) in made {
      try IncomingSpoolStep(path: path, change: change).run()
    }
    try change.reload(path)
  }

  private func unknownURL(_ identifier: Identifier) -> String {
    "https://YOUR-SERVER/webhook/\(identifier) (base_url is not set in levelwind.yaml)"
  }

  private func template(_ identifier: Identifier, _ secrets: NewSecrets) -> WebhookTemplate {
    var template = WebhookTemplate(
      identifier: identifier, name: name, incoming: Identifier(incoming) ?? identifier,
      check: check.check)
    template.description = description
    template.additional = additional.compactMap { Identifier($0) }
    template.isLogging = logging
    template.isDisabled = disabled
    template.secret = secrets.secret
    template.isPending = secrets.isPending
    template.verifyToken = secrets.verifyToken
    return template
  }

  /// The files of incoming configurations that are not there, if they may be made.
  private func missingIncoming(
    _ snapshot: Snapshot, _ drafts: inout Drafts
  ) throws -> [(path: String, bytes: [UInt8])] {
    var made: [(path: String, bytes: [UInt8])] = []
    for text in [incoming] + additional {
      guard let identifier = Identifier(text) else {
        throw ValidationError("\"\(text)\" is no identifier: a-z, 0-9 and inner hyphens")
      }
      let path = "incoming/\(identifier).yaml"
      guard !change.files.exists(path), !made.contains(where: { $0.path == path }) else { continue }
      let wanted =
        createIncoming
        || Terminal.confirms("There is no incoming configuration \(identifier). Make it?")
      guard wanted else {
        let known = snapshot.incoming.keys.sorted().map(\.text).joined(separator: ", ")
        throw ExitCode.because(
          1,
          "there is no incoming configuration \(identifier) (\(known.isEmpty ? "none yet" : known)): "
            + "levelwind incoming create \(identifier), or --create-incoming")
      }
      let bytes = IncomingTemplate(identifier: identifier, name: identifier.text).bytes
      drafts.set(path, to: bytes)
      made.append((path, bytes))
    }
    return made
  }
}
