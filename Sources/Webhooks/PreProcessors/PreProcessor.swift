import Foundation
import Verification

/// A check that a delivery has to pass before anything of it is stored.
///
/// A kind is one file, with its options, its check and its documentation, and one line in
/// `PreProcessors.kinds`. It holds no state and does no I/O: what it needs it was given when the
/// configuration was loaded.
protocol PreProcessor: Sendable {
  /// What stands at `type`, different for each kind.
  static var type: String { get }
  /// What it checks, in a sentence or two for an administrator.
  static var documentation: String { get }
  /// Its keys beside `type`.
  static var options: [any DocumentedOption] { get }
  /// One entry of `pre_processors` in YAML, `type` included.
  static var example: String { get }
  /// Whether a request that passes has proved something. Without it, it may not stand within `any_of`,
  /// and the webhook is open to anyone where it stands alone.
  static var isProof: Bool { get }

  /// - Returns: nil where it reported a problem.
  init?(reading mapping: Mapping)

  /// What it checks as it is configured, in a sentence or two; no secret is in it.
  var words: String { get }
  /// Whether it can't check anything where the webhook's URL isn't known.
  var needsPublicURL: Bool { get }
  /// The headers, in lower case, that it compares with a secret: they belong in no task and no log,
  /// whatever becomes of the delivery.
  var secretHeaders: Set<String> { get }
  /// The query parameters that it compares with a secret, likewise.
  var secretParameters: Set<String> { get }
  /// The places in a JSON body that it compares with a secret, likewise.
  var secretPaths: [JSONPath] { get }
  /// The methods of the handshakes that it answers: they reach it without being listed in `methods`.
  var handshakeMethods: Set<String> { get }
  /// The sender whose preset it is, if it is one.
  var sender: Sender? { get }
  /// The presets in it, with what is configured of them.
  var senders: [ConfiguredSender] { get }
  /// How copies of deliveries are told, if it is what asks for that.
  var replay: ReplayRule? { get }
  /// The same check with these keys, which were fetched from senders.
  func with(fetched: KeyStore) -> Self
  /// The same check with these secrets that senders brought along, by name.
  func with(learned: [String: LearnedSecret]) -> Self

  /// The request as its sender would make it, so that it passes: for examples alone.
  ///
  /// - Throws: why there can be no such example.
  func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request

  /// - Parameter now: the moment that secrets and time stamps are compared with.
  /// - Throws: why the delivery does not pass.
  func check(_ request: Request, at now: Date) throws(Refusal) -> PreProcessorOutcome
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
