import FoundationEssentials

/// The values of one file in the folder `webhooks`, before they are combined with the rest of the
/// configuration.
struct WebhookFile: Sendable {
  let identifier: Identifier
  let name: String
  let description: String
  let isDisabled: Bool
  let methods: [String]
  /// The incoming configurations, the main one first.
  let incoming: [Identifier]
  let logging: LoggingRule
  var preProcessors: [ConfiguredPreProcessor]
  var postProcessors: [PostProcessor] = []
  let response: ResponseRule
  let publicURL: String?
  let deliveryIDHeader: String?
  var deliveryID: JQProgram?
  var secrets: [NamedSecret] = []
  /// The rule for keeping deliveries; nil to keep none.
  var history: HistoryRule?
  var expectEvery: Duration?
  /// The moment when it was made; nil for a file that doesn't say it.
  var created: Date?
}

extension WebhookFile {
  static let folder = "webhooks"

  private enum Keys {
    static let name = Option(
      optional: "name", .line, "Its name, for people. By default the identifier.")
    static let description = Option("description", .text, default: "", "Its purpose, for people.")
    static let disabled = Option(
      "disabled", .boolean, default: false, "Answers as if the webhook did not exist.")
    static let methods = Option(
      "methods", .list(of: .method, "HTTP methods").withoutRepetition { $0 }, default: ["POST"],
      "The methods of deliveries. Requests with others are answered 405.")
    static let incoming = Option(
      required: "incoming", .incoming, "The incoming configuration that gets the tasks.")
    static let additionalIncoming = Option(
      "additional_incoming",
      .list(of: .incoming, "incoming configurations", emptyMeans: "there are none")
        .withoutRepetition(\.text), default: [],
      "Further incoming configurations. Each gets its own tasks.")
    static let logging = Option(
      "logging", LoggingOptions.form, default: LoggingRule(),
      "Whether accepted deliveries are logged, too; refused ones always are. A mapping means "
        + "`true`, and says what else to show of both.")
    static let history = Option(
      optional: "history", HistoryRule.form,
      "Keeps deliveries, accepted and refused ones, with their bodies and without secret headers. "
        + "`levelwind delivery` finds and shows them, and brings them back. Without this key, none "
        + "are kept."
    )
    static let preProcessors = Option(
      required: "pre_processors", PreProcessors.form,
      "The checks that a delivery has to pass, in this order.")
    static let postProcessors = Option(
      "post_processors", PostProcessors.form, default: [],
      "What is done once the tasks exist. Each post-processor works from its own record.")
    static let response = Option(
      "response", ResponseOptions.form, default: .usual, "The answers that senders get.")
    static let publicURL = Option(
      optional: "public_url", .url,
      "The URL that the sender calls, if it isn't `base_url` + `/webhook/` + identifier.")
    static let deliveryIDHeader = Option(
      optional: "delivery_id_header", .headerName,
      "The header with the sender's own id of a delivery, which is the same in every retry.")
    static let deliveryID = Option(
      optional: "delivery_id", .jqProgram,
      "A jq program over the task document that finds the sender's own id of a delivery in the "
        + "body, such as `.data.body.event.id`. Its first output has to be a text of visible "
        + "ASCII, at most 255 bytes, or a whole number below 2^53. With any other output, the "
        + "delivery has no id.")
    static let expectEvery = Option(
      optional: "expect_every", .duration(.seconds(1)...(.seconds(366 * 86400))),
      "The longest time between two deliveries. If none comes for longer, `levelwind health`, the "
        + "metrics and the log say so.")
    static let created = Option(
      optional: "created", .moment,
      "When it was made. Commands write it, and it is shown; it has no other effect.")
  }

  static let options: [any DocumentedOption] = [
    Keys.name, Keys.description, Keys.disabled, Keys.methods, Keys.incoming,
    Keys.additionalIncoming, Keys.logging, Keys.history, Keys.preProcessors,
    Keys.postProcessors, Keys.response, Keys.publicURL, Keys.deliveryIDHeader, Keys.deliveryID,
    Keys.expectEvery, Keys.created,
  ]

  /// Reads the file; nil if the file was refused, with its problems in `reading`.
  static func read(_ bytes: [UInt8], _ identifier: Identifier, _ reading: Reading) -> WebhookFile? {
    guard let root = reading.root(of: bytes),
      let file = Mapping(root, options: options, expected: "a mapping, a webhook")
    else { return nil }
    let incoming = file[Keys.incoming]
    let additional = file[Keys.additionalIncoming]
    if let incoming, additional.contains(incoming) {
      file.report(at: Keys.additionalIncoming, "\(incoming) is listed already, as incoming")
    }
    let webhook = WebhookFile(
      identifier: identifier, name: file[Keys.name] ?? identifier.text,
      description: file[Keys.description], isDisabled: file[Keys.disabled],
      methods: file[Keys.methods], incoming: (incoming.map { [$0] } ?? []) + additional,
      logging: file[Keys.logging], preProcessors: file[Keys.preProcessors] ?? [],
      postProcessors: file[Keys.postProcessors], response: file[Keys.response],
      publicURL: file[Keys.publicURL],
      deliveryIDHeader: file[Keys.deliveryIDHeader]?.lowercased(),
      deliveryID: file[Keys.deliveryID], secrets: reading.secrets,
      history: file[Keys.history], expectEvery: file[Keys.expectEvery],
      created: file[Keys.created])
    if webhook.lacksPublicURL(under: reading.context.configuration.baseURL) {
      file.report(
        at: Keys.preProcessors,
        "the sender signs the webhook's URL: expected base_url in levelwind.yaml, or public_url")
    }
    if !webhook.preProcessors.isEmpty, !webhook.preProcessors.contains(where: \.isProof) {
      file.report(
        at: Keys.preProcessors, "none of these proves anything: anyone may send",
        severity: .warning)
    }
    if webhook.deliveryID != nil, webhook.deliveryIDHeader != nil {
      file.report(
        at: Keys.deliveryID,
        "delivery_id_header names the id already: expected only one of the two keys")
    }
    if webhook.preProcessors.contains(where: { $0.check.replay != nil }),
      webhook.deliveryIDHeader == nil, webhook.deliveryID == nil,
      !webhook.preProcessors.flatMap(\.check.senders).contains(where: { $0.sender.delivery != nil })
    {
      file.report(
        at: Keys.preProcessors,
        "replay needs the sender's id of a delivery: expected "
          + "delivery_id_header, delivery_id, or a sender whose preset knows it")
    }
    return reading.hasErrors ? nil : webhook
  }

  /// Whether a pre-processor needs the webhook's URL and neither `public_url` nor `baseURL` gives
  /// it.
  func lacksPublicURL(under baseURL: String?) -> Bool {
    publicURL == nil && baseURL == nil && preProcessors.contains(where: \.check.needsPublicURL)
  }
}

extension Form where Value == Identifier {
  /// The identifier of an incoming configuration that exists.
  fileprivate static let incoming = Form(
    type: "identifier", expectation: "the identifier of an incoming configuration",
    schema: { .text }, write: \.text,
    read: { found in
      let expectation = "the identifier of an incoming configuration"
      guard let text = found.text(expected: expectation) else { return nil }
      let known = found.reading.context.configuration.incoming
      let meant = { known.map(\.text).sorted().closest(to: text) ?? Identifier(name: text)?.text }
      guard let identifier = Identifier(text) else {
        found.report(
          expected: "\(expectation) (a-z, 0-9 and inner hyphens)", suggestion: meant())
        return nil
      }
      guard known.contains(identifier) else {
        let names = known.map(\.text).sorted()
        let more = names.count > 8 ? ", …" : ""
        let message =
          "there is no incoming/\(identifier).yaml"
          + (names.isEmpty ? "" : ", only \(names.prefix(8).joined(separator: ", "))\(more)")
          + "; levelwind incoming create \(identifier) makes it"
        found.report(message, suggestion: names.closest(to: text))
        return nil
      }
      return identifier
    })
}
