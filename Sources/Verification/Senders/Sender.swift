/// The preset of one sender: how it proves who it is, which answers it needs, and how reliable that
/// knowledge is.
public struct Sender: Sendable {
  /// The preset's name in the configuration: `github`.
  public let name: String
  /// Other names under which the preset is found.
  public let aliases: [String]
  /// The sender's own name: `GitHub`.
  public let title: String
  /// The source that the preset is based on.
  public let evidence: Evidence
  /// The place at the sender where an administrator finds the secret or key; empty if there isn't
  /// one.
  public let secretPlace: String
  /// Remarks for an administrator: what isn't authenticated, which secrets stay in the body, and so
  /// on.
  public let notes: [String]
  /// The place of the sender's own id of a delivery, which is the same over its retries and
  /// different for every event; nil if it has none.
  public let delivery: SenderField?
  /// The place of the kind of event; nil if there isn't one.
  public let event: SenderField?
  /// The sender's requirements on our answers.
  public let answers: SenderAnswers
  /// The time for which the sender waits for an answer; nil if it isn't known.
  public let timeLimit: Duration?
  /// What the sender does after a delivery that failed.
  public let retries: Retries
  /// The handshakes that the sender may start.
  public let handshakes: [Handshake]
  /// The inputs that have to be configured.
  public let needs: Set<SenderInput>
  /// The inputs that may be configured besides.
  public let takes: Set<SenderInput>
  /// The fixed URLs that its public keys are fetched from.
  public let keyURLs: [String]
  /// The hosts that a key may be fetched from if a delivery names its URL.
  public let keyHosts: [HostPattern]
  /// The login for fetching its keys; nil if they are public.
  public let keyLogin: KeyLogin?
  /// Whether it signs the body without its content coding, rather than the bytes that it sends.
  public let signsDecodedBody: Bool

  let makeRule: @Sendable (SenderOptions) -> any Rule

  init(
    _ name: String, _ title: String, _ evidence: Evidence, aliases: [String] = [],
    secretPlace: String = "", notes: [String] = [], delivery: SenderField? = nil,
    event: SenderField? = nil, answers: SenderAnswers = SenderAnswers(),
    timeLimit: Duration? = nil, retries: Retries = .unknown, handshakes: [Handshake] = [],
    needs: Set<SenderInput> = [.secrets], takes: Set<SenderInput> = [], keyURLs: [String] = [],
    keyHosts: [HostPattern] = [], keyLogin: KeyLogin? = nil, signsDecodedBody: Bool = false,
    rule: @escaping @Sendable (SenderOptions) -> any Rule
  ) {
    self.name = name
    self.aliases = aliases
    self.title = title
    self.evidence = evidence
    self.secretPlace = secretPlace
    self.notes = notes
    self.delivery = delivery
    self.event = event
    self.answers = answers
    self.timeLimit = timeLimit
    self.retries = retries
    self.handshakes = handshakes
    self.needs = needs
    self.takes = takes
    self.keyURLs = keyURLs
    self.keyHosts = keyHosts
    self.keyLogin = keyLogin
    self.signsDecodedBody = signsDecodedBody
    self.makeRule = rule
  }

  /// Makes a sender with one scheme that is a `Signature`, or with several. Of several, the first
  /// that is addressed by the request has to hold.
  init(
    _ name: String, _ title: String, _ evidence: Evidence, aliases: [String] = [],
    schemes: [Signature], secretPlace: String = "", notes: [String] = [],
    delivery: SenderField? = nil, event: SenderField? = nil,
    answers: SenderAnswers = SenderAnswers(), timeLimit: Duration? = nil,
    retries: Retries = .unknown, handshakes: [Handshake] = [], takes: Set<SenderInput> = [],
    signsDecodedBody: Bool = false
  ) {
    let inputs = schemes.reduce(into: Set()) { $0.formUnion($1.inputs) }
    let schemes = schemes.map { scheme in
      scheme.with {
        $0.deliveryHeader =
          delivery?.headers.first(where: scheme.signs) ?? $0.deliveryHeader
      }
    }
    self.init(
      name, title, evidence, aliases: aliases, secretPlace: secretPlace,
      notes: Self.unsigned(schemes, delivery) + notes, delivery: delivery, event: event,
      answers: answers, timeLimit: timeLimit, retries: retries,
      handshakes: handshakes, needs: inputs,
      takes: takes.union(schemes.contains { $0.timestamp != nil } ? [.tolerance] : []),
      signsDecodedBody: signsDecodedBody
    ) { options in
      let rules = schemes.map { $0.configured(with: options) }
      return rules.count == 1 ? rules[0] : FirstAddressed(rules)
    }
  }

  /// Returns remarks about what the schemes don't sign.
  private static func unsigned(_ schemes: [Signature], _ delivery: SenderField?) -> [String] {
    var notes: [String] = []
    if !schemes.allSatisfy({ $0.coversBody || $0.demandsEmptyBody }) {
      notes.append("The body is not signed.")
    }
    let headers = delivery?.headers ?? []
    let areSigned = headers.contains { name in schemes.contains { $0.signs(name) } }
    if !headers.isEmpty, !areSigned {
      notes.append(unsignedID)
    }
    return notes
  }

  /// The remark on a sender whose header with the delivery's id isn't signed.
  static let unsignedID =
    "The header with the delivery's id is not signed: a copy with another id verifies. The "
    + "pre-processor replay stops what the sender repeats, but not an attacker who has a "
    + "delivery."

  /// A description of the preset's check for an administrator.
  public var words: String { makeRule(SenderOptions()).words }

  /// The methods with which its handshakes come.
  public var handshakeMethods: Set<String> {
    handshakes.reduce(into: []) { $0.formUnion($1.methods) }
  }

  /// Returns the sender with this name or alias; nil if it isn't known.
  public static func named(_ name: String) -> Sender? {
    all.first { $0.name == name } ?? all.first { $0.aliases.contains(name) }
  }

  /// Every known sender, sorted by name.
  public static let all: [Sender] = [
    developerTools, standards, shops, platforms, accounting, carriers, payments, messaging,
    email, customers, social, office, clouds,
  ].flatMap { $0 }.sorted { $0.name < $1.name }
}
