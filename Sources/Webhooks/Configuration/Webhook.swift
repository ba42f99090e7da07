import FoundationEssentials
import Verification

/// A webhook with everything that it refers to. It never changes; deliveries on all threads share
/// it.
public final class Webhook: Sendable {
  private let file: WebhookFile
  /// The incoming configurations that get its deliveries, the main one first. Empty only for a
  /// disabled webhook.
  public let incoming: [Incoming]
  /// The URL that senders call; nil if neither `public_url` nor `base_url` is set.
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
    // A quarter of the sender's time limit is left for the network.
    deadline = min(settings.deadline, (sender?.timeLimit ?? settings.deadline * 2) * 3 / 4)
    routingTime = deadline * 3 / 4
  }

  /// The identifier, which names the file and ends the URL.
  public var identifier: Identifier { file.identifier }
  /// The name that people use.
  public var name: String { file.name }
  /// A description for people; empty if the file has none.
  public var description: String { file.description }
  /// The methods of deliveries, in upper case.
  public var methods: [String] { file.methods }
  /// Whether every delivery is logged.
  public var isLogging: Bool { file.logging.isOn }
  /// The parts of its deliveries that the log shows, with secrets masked.
  let logging: LoggingRule
  /// The rule for keeping its deliveries; nil to keep none.
  public var history: HistoryRule? { file.history }
  /// The places in its requests that carry secrets.
  let secretPlaces: SecretPlaces
  /// Whether all deliveries are refused until an administrator enables the webhook.
  public var isDisabled: Bool { file.isDisabled }
  /// The answers that senders get.
  public var response: ResponseRule { file.response }
  /// The header with the sender's own id of a delivery, in lower case.
  public var deliveryIDHeader: String? { file.deliveryIDHeader }
  /// The program that finds the sender's own id of a delivery in the task document.
  var deliveryID: JQProgram? { file.deliveryID }
  /// The longest time between two deliveries before the webhook counts as too quiet; nil for no
  /// limit.
  public var expectEvery: Duration? { file.expectEvery }
  /// The moment when it was made; nil if its file doesn't say it.
  public var created: Date? { file.created }
  /// The secrets and public keys that its file names, in the order of the file.
  public var secrets: [NamedSecret] { file.secrets }
  /// Whether a whole list of secrets is yet to come. Until one secret is there, deliveries are
  /// answered 503.
  public var isWaiting: Bool {
    Dictionary(grouping: secrets, by: \.path).values.contains { $0.allSatisfy(\.isMissing) }
  }
  /// The pre-processors in words for an administrator, in their order.
  public var checks: [CheckWords] { preProcessors.map(CheckWords.init) }
  /// The checks that a delivery has to pass, in this order; empty if anyone may send.
  var preProcessors: [ConfiguredPreProcessor] { file.preProcessors }
  /// The post-processors, which run once the tasks of a delivery exist, in the order of the file.
  public var postProcessors: [PostProcessor] { file.postProcessors }
  /// The methods of handshakes. Deliveries may use some of them as well.
  let handshakeMethods: Set<String>
  /// The rule for recognising copies of its deliveries; nil to accept copies.
  let replay: ReplayRule?
  /// The answers that its sender insists on.
  let senderAnswers: SenderAnswers
  /// Whether a filter, a parser or a program for `type` or `subject` looks into its deliveries'
  /// bodies.
  let readsBodies: Bool
  /// The limits of its incoming configurations' spools, by identifier. Spools without limits are
  /// left out.
  let limits: [String: SpoolLimits]
  /// The longest time until a delivery is answered: at most three quarters of the time that its
  /// sender waits, if that is known.
  let deadline: Duration
  /// How much of the deadline routing may take. The rest is left for the commit.
  let routingTime: Duration

  /// Returns the same webhook with these fetched public keys.
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

  /// Whether its sender brings a secret along in a handshake.
  public var isTaught: Bool {
    file.preProcessors.flatMap(\.check.senders).contains(where: \.isTaught)
  }

  /// Returns the same webhook with these secrets that its sender brought along, by name.
  func with(learned: [String: LearnedSecret], _ settings: Settings) -> Webhook {
    var file = file
    file.preProcessors = file.preProcessors.map { configured in
      var configured = configured
      configured.check = configured.check.with(learned: learned)
      return configured
    }
    return Webhook(file, incoming: incoming, settings: settings)
  }

  /// Returns the same webhook with other settings and incoming configurations. An incoming
  /// configuration that no longer exists stays as it was.
  func moved(to incoming: (Identifier) -> Incoming?, settings: Settings) -> Webhook {
    Webhook(
      file, incoming: self.incoming.map { incoming($0.identifier) ?? $0 }, settings: settings)
  }
}

extension Webhook {
  /// Returns a delivery as this webhook's sender would make it, signed with the first secret in
  /// use.
  ///
  /// - Parameters:
  ///   - path: the path of the request. Senders that sign the URL sign `publicURL` instead.
  ///   - headers: more headers. They replace those that the request would have by itself.
  ///   - body: the body, unless the scheme asks for a body of its own.
  ///   - now: the moment of signing.
  /// - Returns: the request, which the pre-processors accept at that moment.
  /// - Throws: the reason why such an example can't be made.
  public func example(
    path: String, headers: [(name: String, value: String)] = [], body: [UInt8], at now: Date
  ) throws(Unsignable) -> Request {
    let isTyped = headers.contains { $0.name.lowercased() == "content-type" }
    var request = Request(
      method: methods.contains("POST") ? "POST" : methods.first ?? "POST", path: Array(path.utf8),
      headers: Headers((isTyped ? [] : [("Content-Type", "application/json")]) + headers),
      body: body,
      publicURL: publicURL)
    for configured in preProcessors where !configured.isObserved {
      request = try configured.check.signed(request, at: now)
    }
    if let header = deliveryIDHeader, request.headers.values(of: header).isEmpty {
      request.headers.append(name: header, value: Array(UUID().uuidString.lowercased().utf8))
    }
    return request
  }

  /// Returns the `type` and the sender's preset of the pre-processor that a key path leads into.
  public func check(of path: String) -> (type: String, sender: Sender?) {
    let place = Int(path.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }) ?? 0
    guard preProcessors.indices.contains(place) else { return ("", nil) }
    return (preProcessors[place].type, preProcessors[place].check.sender)
  }

  /// Returns the sender's own id of a delivery, as defined by the preset that the proof names.
  func senderDelivery(of request: Request, by proof: Proof) -> String? {
    let proved = proof.verified.split(separator: ",")
    return preProcessors.flatMap(\.check.senders)
      .first { proved.contains("sender:\($0.sender.name)") }?.senderDelivery(of: request)
  }

  /// The headers, in lower case, and query parameters whose values are secrets.
  public var secretNames: (headers: Set<String>, parameters: Set<String>) {
    let checks = preProcessors.map(\.check)
    return (
      checks.reduce(into: []) { $0.formUnion($1.secretHeaders) },
      checks.reduce(into: []) { $0.formUnion($1.secretParameters) }
    )
  }
}
