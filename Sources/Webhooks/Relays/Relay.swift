import Spooling

/// The relay of an incoming configuration: it carries the tasks on to a server, a queue or a
/// database, in place of an importer. A task is done when the other side has it durably.
public struct Relay: Sendable {
  /// The kind: `http`, `postgresql` or `rabbitmq`.
  public let type: String
  /// What it does with each task.
  let action: any RelayAction
  /// The number of attempts that run at the same time, at least 1.
  public let concurrency: Int
  /// The number of tasks that one attempt carries, at least 1.
  public let batch: Int
  /// The program that makes the key by which tasks are carried one at a time, in the order of
  /// arrival; nil without such an order.
  public let order: TaskProgram?
  /// The number of failed attempts after which a task is given up.
  public let maxAttempts: Int
  /// The age after which a task is given up at its next failed attempt; nil for no limit.
  public let maxAge: Duration?
  /// The longest wait after the first failure.
  public let backOff: Duration
  /// The longest wait after any failure.
  public let maxBackOff: Duration

  /// A description in one sentence, without any secret.
  public var words: String { action.words }

  /// Returns the work on its tasks, made with these tools.
  public func work<Tools: RelayTools>(with tools: Tools) -> Tools.Made {
    action.work(with: tools)
  }
}

/// What a relay does with tasks. The module Relaying has the tools for it: a module that receives
/// deliveries so needs no network.
public protocol RelayAction: Sendable {
  /// A description in one sentence, without any secret.
  var words: String { get }
  /// The number of tasks that one attempt carries.
  var batch: Int { get }

  /// Returns the work on tasks, made with these tools.
  func work<Tools: RelayTools>(with tools: Tools) -> Tools.Made
}

extension RelayAction {
  /// 1: most kinds carry one task at a time.
  public var batch: Int { 1 }
}

/// The tools of relays, each for one kind of other side.
public protocol RelayTools {
  /// What the tools make.
  associatedtype Made

  /// Returns what sends a request for each task.
  func sending(_ requests: some OutgoingRequests) -> Made

  /// Returns what inserts tasks into a table.
  func inserting(into table: PostgreSQLTable) -> Made

  /// Returns what publishes tasks to a broker.
  func publishing(to target: RabbitMQTarget) -> Made
}

/// A kind of relay, as the configuration and its documentation see it.
///
/// A kind is one file with its options, work and documentation, and one line in `Relays.kinds`.
protocol RelayKind: RelayAction {
  /// The value of `type`, unique among the kinds.
  static var type: String { get }
  /// A description for an administrator, a few sentences.
  static var documentation: String { get }
  /// The keys of this kind, without `type` and those of every kind.
  static var options: [any DocumentedOption] { get }
  /// An example value of `relay` in YAML, `type` included.
  static var example: String { get }
  /// How many attempts run at the same time if the file doesn't say.
  static var usualConcurrency: Int { get }

  /// Reads the mapping.
  ///
  /// - Returns: nil if it reported a problem.
  init?(reading mapping: Mapping)
}
