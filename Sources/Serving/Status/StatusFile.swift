import Foundation
import Spooling
import Webhooks

/// What the responder says of itself in the state directory: `status/serve.json`. It is written anew within
/// two seconds of what changes, and every ten seconds while the responder runs.
public struct StatusFile: Sendable, Equatable, Codable {
  /// What a spool fails with that does not work.
  public struct SpoolProblem: Sendable, Equatable, Codable {
    /// An incoming configuration, or `<kind>/<webhook>` for what lies in the state directory.
    public var spool: String
    public var reason: String
    public var time: Date
  }

  /// The responder's process id.
  public var process: Int32
  public var version: String
  public var started: Date
  public var written: Date
  /// Counts the configurations that it loaded, from 1. A reload that failed counts too.
  public var generation: Int
  /// The state directory.
  public var state: String
  /// When it loaded, or refused, the last one.
  public var loaded: Date
  /// What was found then.
  public var problems: [Problem]
  /// What its files were like then.
  public var files: ConfigurationStamps
  /// The URL that webhooks are reached under, where it is configured.
  public var base: String?
  /// The webhooks of the configuration in use, by identifier.
  public var configured: [String: LoadedWebhook]
  /// What was seen of each webhook, by identifier, over restarts.
  public var webhooks: [String: WebhookActivity]
  /// What lies in the spool of each incoming configuration, as of a few seconds ago; without those that
  /// could not be looked into yet.
  public var spools: [String: SpoolLook]
  public var spoolProblems: [SpoolProblem]
  /// What lies in the spools of records for post-processors, by `<webhook>.<post-processor>`: also in those
  /// that no post-processor works on any more.
  public var records: [String: SpoolLook]
  /// Why, for each file system that is not trusted at the moment.
  public var distrust: [String]
  /// What is left of the file systems that the spools and the state lie on.
  public var disks: [DiskSpace]
  public var floors: Floors
  public var log: WALStatus
  /// What was acknowledged and is not in its spool yet, by spool; `<kind>/<webhook>` for what lies in the state directory.
  public var unpublished: [String: SpoolsStatus.Waiting]
  /// Of each spool in `unpublished`, the file system that it lies on, by its path in `disks`; that of all spools, or of the
  /// state, for one that isn't there.
  public var fileSystems: [String: String]
  /// Those spools in `unpublished` that no incoming configuration has any more.
  public var unconfigured: [String]
  /// Deliveries of this process to paths that lead to no webhook.
  public var unknown: Int
  /// Log entries of this process that could not be written.
  public var droppedLogEntries: Int
  /// Refused deliveries of this process that were to be kept and could not be.
  public var unkeptRefusals: Int

  /// The process's name in the status folder.
  public static let name = "serve"

  /// The incoming configurations that it knows of.
  var incoming: Set<String> {
    Set(configured.values.flatMap(\.incoming)).union(spools.keys)
  }

  /// Deliveries of all webhooks that ended so, over restarts.
  func count(of outcomes: [DeliveryOutcome]) -> Int {
    webhooks.values.reduce(0) { sum, one in
      outcomes.reduce(sum) { $0.addingBounded(one.count(of: $1)) }
    }
  }

  /// The files that were refused.
  public var errors: [Problem] { problems.filter { $0.severity == .error } }

  /// - Returns: nil if there is none, or it can't be read.
  public static func read(state: String) -> StatusFile? { read(StatusFile.self, state) }

  /// Whether this user may not look at it.
  public static func isDenied(state: String) -> Bool { StatusFolder(state: state).isDenied(name) }

  /// What an earlier responder, also one of another version, saw.
  struct Kept: Decodable {
    /// Of each webhook.
    var webhooks: [String: WebhookActivity]?
    /// Of each spool, and of the records for post-processors.
    var spools: [String: SpoolLook]?
    var records: [String: SpoolLook]?
  }

  static func kept(state: String) -> Kept { read(Kept.self, state) ?? Kept() }

  private static func read<Value: Decodable>(_ type: Value.Type, _ state: String) -> Value? {
    StatusFolder(state: state).read(name).flatMap {
      BoundedJSON.decode(type, from: $0, isSnakeCase: true)
    }
  }

  /// Replaces the file, whole.
  func write(state: String) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try StatusFolder(state: state).put(Array(try encoder.encode(self)), of: Self.name)
  }
}
