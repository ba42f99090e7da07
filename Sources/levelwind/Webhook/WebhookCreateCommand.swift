import ArgumentParser
import FoundationEssentials
import Glibc
import Verification
import Webhooks

/// `levelwind webhook create`: a new webhook, with its secret.
struct WebhookCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes a webhook and its secret, and prints the URL to share.",
    discussion: """
      Makes the identifier from the name, validates the configuration with the new file, writes \
      webhooks/<identifier>.yaml and has the responder load it. By default a header holds the \
      secret. --sender and other options ask for another check.

      If you choose the secret, a strong one is made in secrets/ and shown once. If the sender \
      issues it, the command asks for it, or takes it from --secret-file. Until the secret is \
      there, deliveries are answered 503, and handshakes as usual.

      If the preset knows the sender's id of a delivery, a copy of an accepted delivery makes no \
      task. Otherwise --delivery-id-header with --replay has the same effect.

        levelwind webhook create "ERP Stock" --incoming stock-updates
        levelwind webhook create WMS --incoming orders \\
          --hmac X-Signature --timestamp-header X-Time
        levelwind webhook create Shop --incoming orders \\
          --sender shopify --secret-file -
      """)

  @Argument(help: "Its name, for people.")
  var name: String
  @Option(help: "The incoming configuration that gets the tasks.", completion: .incoming)
  var incoming: String
  @Option(help: "A further incoming configuration, which gets its own tasks; may be repeated.")
  var additional: [String] = []
  @Option(help: "Its purpose, for people.")
  var description = ""
  @Flag(
    inversion: .prefixedNo,
    help: "Log accepted deliveries, too. Refused ones always are.")
  var logging = true
  @Flag(help: "Start disabled, until levelwind webhook enable.")
  var disabled = false
  @Flag(help: "Make missing incoming configurations, without a filter.")
  var createIncoming = false
  @Flag(inversion: .prefixedNo, help: "Keep its deliveries in the history.")
  var history = true
  @OptionGroup var check: WebhookCheckOptions
  @Option(
    name: .customLong("delivery-id-header"),
    help: ArgumentHelp(
      "The header with the sender's own id of a delivery, if no preset knows it.",
      valueName: "name"))
  var deliveryIDHeader: String?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Make no task from a copy of an accepted delivery. By default if the preset knows its id.")
  var replay: Bool?
  @OptionGroup var input: SecretInputOptions
  @OptionGroup var naming: NamingOptions
  @OptionGroup var change: ChangeOptions

  func validate() throws { try check.validate() }

  func run() throws {
    var drafts = Drafts()
    let snapshot = try change.configuration.snapshot(readsSecrets: false)
    let (identifier, isThere) = try naming.identifier(
      for: name, of: "webhook", in: "webhooks", change.files)
    let path = "webhooks/\(identifier).yaml"
    if isThere {
      let url = snapshot.webhooks[identifier]?.webhook?.publicURL
      return try Creation(created: false, identifier: identifier.text, url: url)
        .tellIsThere(path, json: naming.json)
    }
    let made = try missingIncoming(snapshot, &drafts)
    let secrets = try NewSecrets(for: identifier, check: check, input: input, files: change.files)
    let bytes = template(identifier, secrets).bytes
    drafts.set(path, to: bytes)
    for file in secrets.files { drafts.set("secrets/\(file.name)", to: file.content) }
    try change.validate(drafts, path, hint: check.hint)
    let files =
      made.map { (path: $0.path, bytes: $0.bytes, isSecret: false) }
      + secrets.files.map { (path: "secrets/\($0.name)", bytes: $0.content, isSecret: true) }
      + [(path: path, bytes: bytes, isSecret: false)]
    try write(files)
    let webhook = try change.configuration.snapshot().webhooks[identifier]?.webhook
    let url = webhook?.publicURL
    var creation = Creation(
      created: true, identifier: identifier.text, url: url, files: files.map(\.path))
    (creation.secret, creation.verifyToken) = secrets.made
    creation.notes = webhook?.retriesInWords ?? []
    for (path, _) in made {
      creation.notes += try IncomingSpoolStep(path: path, change: change).run()
    }
    let text =
      ["Made \(creation.files.joined(separator: ", ")).", "URL: \(url ?? unknownURL(identifier))"]
      + secrets.words
    try creation.tell(text, json: naming.json) { try change.load(path) }
  }

  /// Writes all files, or none. The webhook's comes last, so that it never refers to a missing
  /// file.
  private func write(_ files: [(path: String, bytes: [UInt8], isSecret: Bool)]) throws {
    try change.change { (folder) throws(ConfigurationFiles.Failure) in
      var written: [String] = []
      do throws(ConfigurationFiles.Failure) {
        for file in files {
          try folder.create(file.path, file.bytes, isSecret: file.isSecret)
          written.append(file.path)
        }
      } catch {
        for path in written { try? folder.remove(path) }
        throw error
      }
    }
  }

  private func unknownURL(_ identifier: Identifier) -> String {
    "https://YOUR-SERVER/webhook/\(identifier) (base_url is not set in levelwind.yaml)"
  }

  private func template(_ identifier: Identifier, _ secrets: NewSecrets) -> WebhookTemplate {
    var template = WebhookTemplate(
      identifier: identifier, name: name, incoming: Identifier(incoming) ?? identifier,
      check: check.check)
    template.description = description
    template.created = Date()
    template.additional = additional.compactMap { Identifier($0) }
    template.isLogging = logging
    template.keepsHistory = history
    template.isDisabled = disabled
    template.secret = secrets.secret
    template.isPending = secrets.isPending
    template.verifyToken = secrets.verifyToken
    template.deliveryIDHeader = deliveryIDHeader
    template.isReplayRefused = replay ?? (check.sender?.delivery != nil)
    return template
  }

  /// Returns the files of incoming configurations that are missing, if they may be made.
  private func missingIncoming(
    _ snapshot: Snapshot, _ drafts: inout Drafts
  ) throws -> [(path: String, bytes: [UInt8])] {
    var made: [(path: String, bytes: [UInt8])] = []
    for text in [incoming] + additional {
      let identifier = try Identifier.given(text)
      let path = "incoming/\(identifier).yaml"
      guard !change.files.exists(path), !made.contains(where: { $0.path == path }) else { continue }
      let hint = NearName.hint(identifier.text, among: snapshot.incoming.keys.map(\.text))
      let wanted =
        createIncoming
        || Terminal.confirms("There is no incoming configuration \(identifier)\(hint). Make it?")
      guard wanted else {
        let known = snapshot.incoming.keys.sorted().map(\.text).joined(separator: ", ")
        throw ExitCode.because(
          1,
          "there is no incoming configuration \(identifier)\(hint) (\(known.isEmpty ? "none yet" : known)): "
            + "levelwind incoming create \(identifier), or --create-incoming")
      }
      var template = IncomingTemplate(identifier: identifier, name: identifier.text)
      template.created = Date()
      let bytes = template.bytes
      drafts.set(path, to: bytes)
      made.append((path, bytes))
    }
    return made
  }
}
