import Spooling
import Verification

/// One entry of a webhook's `post_processors`. `levelwind postprocess` runs it from a record of its
/// own once a delivery's tasks exist.
public struct PostProcessor: Sendable {
  /// The name, `[a-z0-9-]`, unique within its webhook.
  public let name: String
  /// The action on each record.
  let action: any PostProcessorAction
  /// Whether its records contain the body and the request's headers.
  public let includesBody: Bool
  /// Whether a record waits until the one before it is done or given up.
  public let isOrdered: Bool
  /// The number of records that are worked on at the same time.
  public let concurrency: Int
  /// The number of failed attempts after which a record is given up.
  public let maxAttempts: Int
  /// The age after which a record is given up at its next failed attempt.
  public let maxAge: Duration
  /// The longest wait after the first failure.
  public let backOff: Duration
  /// The longest wait after any failure.
  public let maxBackOff: Duration

  /// A description in one sentence, without any secret.
  public var words: String { action.words }
  /// The program that it runs; nil if it doesn't run one.
  public var program: RecordProgram? { action.program }

  /// Returns the work on its records, made with these tools.
  public func work<Tools: RecordTools>(with tools: Tools) -> Tools.Made {
    action.work(with: tools)
  }

  /// The name of the post-processor that opens URLs after handshakes, in every webhook whose sender
  /// asks for that.
  static let opening = "open"

  /// Returns the post-processor that opens URLs on these hosts, by sender. It tries for three days,
  /// because AWS SNS keeps its tokens that long.
  static func opening(on hosts: [String: [HostPattern]]) -> PostProcessor {
    PostProcessor(
      name: opening, action: OpeningAction(hosts: hosts), includesBody: false, isOrdered: false,
      concurrency: 1, maxAttempts: 1000, maxAge: .seconds(3 * 86400), backOff: .seconds(10),
      maxBackOff: .seconds(600))
  }

  /// Returns the spool in the state directory that holds its records. Each post-processor has its
  /// own, so that an event at one delays or repeats nothing at another.
  public func spool(of webhook: Identifier) -> SpoolID {
    .records(webhook: webhook.text, postProcessor: name)
  }
}

/// A kind of post-processor, as the configuration and its documentation see it.
///
/// A kind is one file with its options, work and documentation, and one line in
/// `PostProcessors.kinds`.
protocol PostProcessorKind: PostProcessorAction {
  /// The value of `type`, unique among the kinds.
  static var type: String { get }
  /// A description for an administrator, a few sentences.
  static var documentation: String { get }
  /// The keys of this kind, without `type` and those of every kind.
  static var options: [any DocumentedOption] { get }
  /// An example entry of `post_processors` in YAML, `type` included.
  static var example: String { get }

  /// Reads an entry.
  ///
  /// - Returns: nil if it reported a problem.
  init?(reading mapping: Mapping)
}
