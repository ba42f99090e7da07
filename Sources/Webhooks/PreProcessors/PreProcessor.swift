import FoundationEssentials
import Verification

/// A check that a delivery has to pass before anything of it is stored.
///
/// A kind is one file with its options, check and documentation, and one line in `PreProcessors`:
/// in `alternatives` if it proves who sent, in `kinds` otherwise. It holds no state and does no
/// I/O: everything that it needs was read when the configuration was loaded.
protocol PreProcessor: Sendable {
  /// The value of `type`, unique among the kinds.
  static var type: String { get }
  /// A description of the check for an administrator, one or two sentences.
  static var documentation: String { get }
  /// The keys of this kind, without `type`.
  static var options: [any DocumentedOption] { get }
  /// An example entry of `pre_processors` in YAML, `type` included.
  static var example: String { get }
  /// Whether a request that passes has proved something. A kind without proof isn't allowed in
  /// `any_of`, and a webhook with no other pre-processor is open to anyone.
  static var isProof: Bool { get }

  /// Reads an entry.
  ///
  /// - Returns: nil if it reported a problem.
  init?(reading mapping: Mapping)

  /// A description of the configured check, one or two sentences without any secret.
  var words: String { get }
  /// Whether it can't check anything unless the webhook's public URL is configured.
  var needsPublicURL: Bool { get }
  /// The headers, in lower case, that it compares with a secret. Whatever becomes of the delivery,
  /// they must not get into a task or a log.
  var secretHeaders: Set<String> { get }
  /// The query parameters that it compares with a secret. They are kept out like `secretHeaders`.
  var secretParameters: Set<String> { get }
  /// The places in a JSON body that it compares with a secret. They are kept out like
  /// `secretHeaders`.
  var secretPaths: [JSONPath] { get }
  /// The methods of the handshakes that it answers. They are accepted even if `methods` doesn't
  /// list them.
  var handshakeMethods: Set<String> { get }
  /// The sender's preset; nil if it isn't one.
  var sender: Sender? { get }
  /// The presets that it contains, each with its options.
  var senders: [ConfiguredSender] { get }
  /// The rule that recognises copies of deliveries; nil unless it is the `replay` check.
  var replay: ReplayRule? { get }
  /// Returns the check with these keys, which were fetched from senders.
  func with(fetched: KeyStore) -> Self
  /// Returns the check with these secrets by name, which senders brought in handshakes.
  func with(learned: [String: LearnedSecret]) -> Self

  /// Returns the request as its sender would make it, so that it passes. It serves examples alone.
  ///
  /// - Throws: The reason why no example can be made.
  func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request

  /// Checks a request.
  ///
  /// - Parameters:
  ///   - request: The request with its body.
  ///   - now: The moment that the ends of secrets and timestamps are compared with.
  /// - Returns: The facts that were learned, or the answer to a handshake.
  /// - Throws: A rejection if the request doesn't pass.
  func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome
}

extension PreProcessor {
  static var isProof: Bool { true }
  var needsPublicURL: Bool { false }
  var secretHeaders: Set<String> { [] }
  var secretParameters: Set<String> { [] }
  var secretPaths: [JSONPath] { [] }
  var handshakeMethods: Set<String> { [] }
  var sender: Sender? { nil }
  var senders: [ConfiguredSender] { [] }
  var replay: ReplayRule? { nil }
  func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request { request }
  func with(fetched: KeyStore) -> Self { self }
  func with(learned: [String: LearnedSecret]) -> Self { self }
}

/// The result for a request that a pre-processor doesn't reject.
enum PreProcessorOutcome: Sendable, Equatable {
  /// The request passes, with the facts that were learned.
  case passed(Proof)
  /// The request is a handshake with this answer. No later pre-processor sees it, and it makes no
  /// task.
  case answered(Answer, leaving: Remains = Remains())
}

/// One entry of a webhook's `pre_processors`.
struct ConfiguredPreProcessor: Sendable {
  var check: any PreProcessor
  /// Whether a request that it refuses passes all the same, and the refusal is logged.
  let isObserved: Bool
  /// The names of its secrets whose files don't exist yet.
  var missingSecrets: [String] = []

  /// The value of its `type`.
  var type: String { Swift.type(of: check).type }
  /// Whether a delivery that passes has proved something here.
  var isProof: Bool { !isObserved && Swift.type(of: check).isProof }

  /// Returns the rejection, turned into a temporary one if a secret doesn't exist yet. The delivery
  /// may be right, so its sender has to try again.
  func judged(_ rejection: Rejection) -> Rejection {
    guard rejection.cause == .unverified, !missingSecrets.isEmpty else { return rejection }
    return .unavailable(
      "secret \(missingSecrets.joined(separator: ", ")) is not there yet: \(rejection.reason)")
  }
}

extension PreProcessorOutcome {
  /// Takes the answer to a handshake, and the actions that it asks for.
  init(_ handshake: HandshakeAnswer, of sender: Sender? = nil) {
    self = .answered(
      handshake.answer,
      leaving: Remains(
        open: handshake.open, learned: handshake.learned.map { Data($0.toBeKept) },
        sender: sender?.name, secretName: handshake.secretName))
  }
}

extension SecretPlaces {
  /// The places that checks compare with a secret.
  init(of checks: [any PreProcessor]) {
    for check in checks {
      headers.formUnion(check.secretHeaders)
      parameters.formUnion(check.secretParameters)
      paths += check.secretPaths
    }
  }
}
