import Verification

/// A webhook with all that it refers to. It never changes; deliveries on any thread share it.
public final class Webhook: Sendable {
  private let file: WebhookFile
  /// Where its deliveries go, the main one first. Empty only for a disabled webhook.
  public let incoming: [Incoming]
  /// The URL that senders call; nil where the configuration knows none.
  public let publicURL: String?

  init(_ file: WebhookFile, incoming: [Incoming], settings: Settings) {
    self.file = file
    self.incoming = incoming
    limits = incoming.reduce(into: [:]) { $0[$1.identifier.text] = $1.limits }
    readsBodies = !incoming.allSatisfy(\.isPlain)
    publicURL = file.publicURL ?? settings.publicURL(of: file.identifier)
    let checks = file.preProcessors.map(\.check)
    handshakeMethods = checks.reduce(into: []) { $0.formUnion($1.handshakeMethods) }
    replay = file.preProcessors.lazy.filter { !$0.isObserved }.compactMap(\.check.replay).first
    secretPlaces = SecretPlaces(of: checks)
    logging = file.logging.redacting(secretPlaces)
    let sender = checks.lazy.compactMap(\.sender).first
    senderAnswers = sender?.answers ?? SenderAnswers()
    // A quarter is left for the way there and back.
    deadline = min(settings.deadline, (sender?.timeLimit ?? settings.deadline * 2) * 3 / 4)
  }

  public var identifier: Identifier { file.identifier }
  /// What people call it.
  public var name: String { file.name }
  public var description: String { file.description }
  /// The methods that deliveries come with, in upper case.
  public var methods: [String] { file.methods }
  /// Whether every delivery is logged.
  public var isLogging: Bool { file.logging.isOn }
  /// What the log says of its deliveries, secrets redacted.
  let logging: LoggingRule
  /// How many of its refused deliveries are kept; nil where that isn't asked for.
  var keepRefused: KeepRefusedRule? { file.keepRefused }
  /// Where its requests carry secrets.
  let secretPlaces: SecretPlaces
  public var isDisabled: Bool { file.isDisabled }
  /// What senders are answered.
  public var response: ResponseRule { file.response }
  /// The header with the sender's own id of a delivery, in lower case.
  public var deliveryIDHeader: String? { file.deliveryIDHeader }
  /// Finds the sender's own id of a delivery in the task document.
  var deliveryID: JQProgram? { file.deliveryID }
  /// A delivery is expected at least so often; nil where nothing is expected.
  public var expectEvery: Duration? { file.expectEvery }
  /// The secrets and public keys that its file names, in the order of the file.
  public var secrets: [NamedSecret] { file.secrets }
  /// Whether all secrets of a list are yet to come: until one is there, deliveries are answered 503.
  public var isWaiting: Bool {
    Dictionary(grouping: secrets, by: \.path).values.contains { $0.allSatisfy(\.isMissing) }
  }
  /// What its pre-processors are, in their order, for an administrator.
  public var checks: [CheckWords] { preProcessors.map(CheckWords.init) }
  /// The checks that a delivery has to pass, in this order; none if anyone may send.
  var preProcessors: [ConfiguredPreProcessor] { file.preProcessors }
  /// What is done once the tasks of a delivery exist, in the order of the file.
  public var postProcessors: [PostProcessor] { file.postProcessors }
  /// The methods that only its handshakes come with, or those as well.
  let handshakeMethods: Set<String>
  /// How copies of its deliveries are told; nil where that isn't asked for.
  let replay: ReplayRule?
  /// What its sender insists on in our answers.
  let senderAnswers: SenderAnswers
  /// Whether a filter or a parser looks into its deliveries' bodies.
  let readsBodies: Bool
  /// The limits of its incoming configurations' spools, of those that have some.
  let limits: [String: SpoolLimits]
  /// How long an answer may take: less than its sender waits, where that is known.
  let deadline: Duration

  /// The same webhook with these fetched keys.
  func with(fetched: KeyStore, _ settings: Settings) -> Webhook {
    guard !file.preProcessors.flatMap(\.check.senders).isEmpty else { return self }
    var file = file
    file.preProcessors = file.preProcessors.map { configured in
      var configured = configured
      configured.check = configured.check.with(fetched: fetched)
      return configured
    }
    return Webhook(file, incoming: incoming, settings: settings)
  }

  /// Whether its sender brings a secret along.
  public var isTaught: Bool {
    file.preProcessors.flatMap(\.check.senders).contains(where: \.isTaught)
  }

  /// The same webhook with these secrets that senders brought along, by name.
  func with(learned: [String: LearnedSecret], _ settings: Settings) -> Webhook {
    var file = file
    file.preProcessors = file.preProcessors.map { configured in
      var configured = configured
      configured.check = configured.check.with(learned: learned)
      return configured
    }
    return Webhook(file, incoming: incoming, settings: settings)
  }

  /// The same file among other settings and incoming configurations. Of those that are no longer
  /// there it keeps what it had.
  func moved(to incoming: (Identifier) -> Incoming?, settings: Settings) -> Webhook {
    Webhook(
      file, incoming: self.incoming.map { incoming($0.identifier) ?? $0 }, settings: settings)
  }
}
