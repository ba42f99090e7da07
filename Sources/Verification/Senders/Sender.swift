/// What is known about a sender: how it proves itself, what it wants back, and how sure that is.
public struct Sender: Sendable {
  /// The preset's name in the configuration, `github`.
  public let name: String
  /// Other names by which it is found.
  public let aliases: [String]
  /// The sender's own name, `GitHub`.
  public let title: String
  /// What the preset rests on.
  public let evidence: Evidence
  /// Where the secret or key is found at the sender; empty if there is none.
  public let secretPlace: String
  /// What is not authenticated, which secrets stay in the body, and other things to know.
  public let notes: [String]
  /// Where the sender's own id of a delivery is: stable over its retries, another for every event.
  public let delivery: SenderField?
  /// Where the kind of event is.
  public let event: SenderField?
  /// What the sender insists on in our answers.
  public let answers: SenderAnswers
  /// How long the sender waits for an answer; nil if that isn't known.
  public let timeLimit: Duration?
  /// The handshakes that it may come with.
  public let handshakes: [Handshake]
  /// What has to be configured.
  public let needs: Set<SenderInput>
  /// What may be configured besides.
  public let takes: Set<SenderInput>
  /// Where its public keys are fetched from: fixed URLs.
  public let keyURLs: [String]
  /// The hosts that a key named by a delivery may be fetched from.
  public let keyHosts: [HostPattern]
  /// How a fetch of its keys logs in; nil where they are there for everyone.
  public let keyLogin: KeyLogin?
  /// Whether it signs a body as it is without its content coding, and not the bytes that it sends.
  public let signsDecodedBody: Bool

  let makeRule: @Sendable (SenderOptions) -> any Rule

  init(
    _ name: String, _ title: String, _ evidence: Evidence, aliases: [String] = [],
    secretPlace: String = "", notes: [String] = [], delivery: SenderField? = nil,
    event: SenderField? = nil, answers: SenderAnswers = SenderAnswers(),
    timeLimit: Duration? = nil, handshakes: [Handshake] = [],
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
    self.handshakes = handshakes
    self.needs = needs
    self.takes = takes
    self.keyURLs = keyURLs
    self.keyHosts = keyHosts
    self.keyLogin = keyLogin
    self.signsDecodedBody = signsDecodedBody
    self.makeRule = rule
  }

  /// A sender with one scheme over the building block of signatures; or with several, of which the
  /// first that the request brings something for has to hold.
  init(
    _ name: String, _ title: String, _ evidence: Evidence, aliases: [String] = [],
    schemes: [Signature], secretPlace: String = "", notes: [String] = [],
    delivery: SenderField? = nil, event: SenderField? = nil,
    answers: SenderAnswers = SenderAnswers(), timeLimit: Duration? = nil,
    handshakes: [Handshake] = [], takes: Set<SenderInput> = [], signsDecodedBody: Bool = false
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
      answers: answers, timeLimit: timeLimit,
      handshakes: handshakes, needs: inputs,
      takes: takes.union(schemes.contains { $0.timestamp != nil } ? [.tolerance] : []),
      signsDecodedBody: signsDecodedBody
    ) { options in
      let rules = schemes.map { $0.configured(with: options) }
      return rules.count == 1 ? rules[0] : FirstAddressed(rules)
    }
  }

  /// What the schemes leave out.
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

  /// Of a sender whose id of a delivery stands in a header that is not signed.
  static let unsignedID =
    "The delivery's id is in a header that is not signed: a copy under another id verifies. The rule replay "
    + "catches what the sender repeats, and no attacker who has a delivery."

  /// What the preset checks, in words.
  public var words: String { makeRule(SenderOptions()).words }

  /// The methods that its handshakes come with.
  public var handshakeMethods: Set<String> {
    handshakes.reduce(into: []) { $0.formUnion($1.methods) }
  }

  /// The sender of a name or alias.
  public static func named(_ name: String) -> Sender? {
    all.first { $0.name == name } ?? all.first { $0.aliases.contains(name) }
  }

  /// Every sender that is known, by name.
  public static let all: [Sender] = [
    developerTools, standards, shops, platforms, accounting, carriers, payments, messaging,
    email, customers, social, office, clouds,
  ].flatMap { $0 }.sorted { $0.name < $1.name }
}
