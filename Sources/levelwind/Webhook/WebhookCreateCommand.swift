import Administration
import ArgumentParser
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
    let snapshot = try change.configuration.snapshot(readsSecrets: false)
    let (identifier, isThere) = try naming.identifier(
      for: name, of: "webhook", in: "webhooks", change.files)
    if isThere {
      let url = snapshot.webhooks[identifier]?.webhook?.publicURL
      return try Creation(created: false, identifier: identifier.text, url: url)
        .tellIsThere("webhooks/\(identifier).yaml", json: naming.json)
    }
    let new = try webhook(identifier, snapshot)
    let secrets = try NewSecrets(for: identifier, check: new.check, files: change.files) {
      try input.secret(prompt: $0)
    }
    let files = try change.make(hint: check.hint) { (changes) throws(ChangeFailure) in
      try changes.create(new, secrets)
    }
    let webhook = try change.configuration.snapshot().webhooks[identifier]?.webhook
    let url = webhook?.publicURL
    var creation = Creation(
      created: true, identifier: identifier.text, url: url, files: files)
    (creation.secret, creation.verifyToken) = secrets.made
    creation.notes = webhook?.retriesInWords ?? []
    for made in new.newIncoming {
      creation.notes += try IncomingSpoolStep(path: "incoming/\(made).yaml", change: change).run()
    }
    let text =
      ["Made \(creation.files.joined(separator: ", ")).", "URL: \(url ?? unknownURL(identifier))"]
      + secrets.instructions.flatMap { one in [one.words] + (one.secret.map { ["  \($0)"] } ?? []) }
    try creation.tell(text, json: naming.json) { try change.load(new.path) }
  }

  private func unknownURL(_ identifier: Identifier) -> String {
    "https://YOUR-SERVER/webhook/\(identifier) (base_url is not set in levelwind.yaml)"
  }

  private func webhook(_ identifier: Identifier, _ snapshot: Snapshot) throws -> NewWebhook {
    var new = NewWebhook(
      identifier: identifier, name: name, incoming: try Identifier.given(incoming),
      check: check.check)
    new.description = description
    new.additional = try additional.map(Identifier.given)
    new.isLogging = logging
    new.keepsHistory = history
    new.isDisabled = disabled
    new.deliveryIDHeader = deliveryIDHeader
    new.isReplayRefused = replay
    new.newIncoming = try missingIncoming([new.incoming] + new.additional, snapshot)
    return new
  }

  /// Returns the incoming configurations that are missing, if they may be made.
  private func missingIncoming(
    _ wanted: [Identifier], _ snapshot: Snapshot
  ) throws -> [Identifier] {
    var missing: [Identifier] = []
    for identifier in wanted {
      guard !change.files.exists("incoming/\(identifier).yaml"), !missing.contains(identifier)
      else { continue }
      let hint = NearName.hint(identifier.text, among: snapshot.incoming.keys.map(\.text))
      let isWanted =
        createIncoming
        || Terminal.confirms("There is no incoming configuration \(identifier)\(hint). Make it?")
      guard isWanted else {
        let known = snapshot.incoming.keys.sorted().map(\.text).joined(separator: ", ")
        throw ExitCode.because(
          1,
          "there is no incoming configuration \(identifier)\(hint) (\(known.isEmpty ? "none yet" : known)): "
            + "levelwind incoming create \(identifier), or --create-incoming")
      }
      missing.append(identifier)
    }
    return missing
  }
}
