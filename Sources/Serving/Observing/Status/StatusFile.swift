import Bytes
import CLinux
import FoundationEssentials
import Glibc
import Spooling
import Webhooks

/// The responder's account of itself in the state directory, `status/serve.json`. The responder
/// writes it within two seconds of a change, and every ten seconds at least.
public struct StatusFile: Sendable, Equatable, Codable {
  /// The reason why a spool does not work.
  public struct SpoolProblem: Sendable, Equatable, Codable {
    /// The path of a `SpoolID`.
    public var spool: String
    /// The reason in words.
    public var reason: String
    /// The moment when the problem began.
    public var time: Date
  }

  /// The responder's process id.
  public var process: Int32
  /// The version of the program.
  public var version: String
  /// The moment when the process started.
  public var started: Date
  /// The moment when this was written.
  public var written: Date
  /// The number of configurations that were loaded or refused since the start, from 1.
  public var generation: Int
  /// The state directory.
  public var state: String
  /// When the last configuration was loaded or refused.
  public var loaded: Date
  /// The problems of that configuration.
  public var problems: [Problem]
  /// The state of that configuration's files.
  public var files: ConfigurationStamps
  /// The URL under which webhooks are reached; nil if it isn't configured.
  public var base: String?
  /// The webhooks of the configuration in use, by identifier.
  public var configured: [String: LoadedWebhook]
  /// The activity of each webhook, by identifier, over restarts.
  public var webhooks: [String: WebhookActivity]
  /// The content of each incoming configuration's spool, as of a few seconds ago. A spool that was
  /// not looked into yet is missing.
  public var spools: [String: SpoolLook]
  /// The spools that don't work.
  public var spoolProblems: [SpoolProblem]
  /// The content of each spool of records for post-processors, by `<webhook>.<post-processor>`.
  /// Spools that no post-processor works on any more are included.
  public var records: [String: SpoolLook]
  /// A reason for each file system that is not trusted at the moment.
  public var distrust: [String]
  /// The free space of the file systems that hold the spools and the state.
  public var disks: [DiskSpace]
  /// The space that commits leave free.
  public var floors: Floors
  /// The state of the write-ahead log.
  public var log: WALStatus
  /// The tasks that were acknowledged and are not in their spool yet, by the path of
  /// their `SpoolID`.
  public var unpublished: [String: SpoolsStatus.Waiting]
  /// The file system of each spool in `unpublished`, by its path in `disks`. A spool that isn't
  /// there has the file system of all spools, or of the state.
  public var fileSystems: [String: String]
  /// The spools in `unpublished` that no incoming configuration has any more.
  public var unconfigured: [String]
  /// How many deliveries to paths of unknown webhooks this process got.
  public var unknown: Int
  /// How many log entries this process could not write.
  public var droppedLogEntries: Int
  /// What this process kept of deliveries.
  public var history: History

  /// The state of the history.
  public struct History: Codable, Sendable, Equatable {
    /// How many deliveries were kept.
    public var kept = 0
    /// How many should have been kept and weren't, by reason.
    public var lost: [String: Int] = [:]
    /// Why the last ones weren't; nil while all is well.
    public var problem: String?
    /// The bytes of all histories on the disk.
    public var bytes = 0
    /// The damaged files that were set aside, by path.
    public var damaged: [String] = []

    /// How many deliveries should have been kept and weren't.
    public var lostDeliveries: Int { lost.values.reduce(0) { $0.addingBounded($1) } }
  }

  /// The process's name in the status folder.
  public static let name = "serve"

  /// The incoming configurations that the responder knows.
  package var incoming: Set<String> {
    Set(configured.values.flatMap(\.incoming)).union(spools.keys)
  }

  /// Returns the number of deliveries with these outcomes, of all webhooks and over restarts.
  func count(of outcomes: [DeliveryOutcome]) -> Int {
    webhooks.values.reduce(0) { sum, one in
      outcomes.reduce(sum) { $0.addingBounded(one.count(of: $1)) }
    }
  }

  /// The problems of the files that were refused.
  public var errors: [Problem] { problems.filter { $0.severity == .error } }

  /// - Returns: nil if there isn't a file, or it can't be read.
  public static func read(state: String) -> StatusFile? { read(StatusFile.self, state) }

  /// The parts of the file that say what became of the configuration.
  public struct Loaded: Decodable, Sendable {
    /// As in the whole file.
    public let generation: Int
    /// As in the whole file.
    public let problems: [Problem]
  }

  /// Reads what became of the configuration, in far less time than the whole file of many webhooks
  /// takes.
  ///
  /// - Returns: nil if there isn't a file, or it can't be read.
  public static func loaded(state: String) -> Loaded? { read(Loaded.self, state) }

  /// Whether this user may not read the file.
  public static func isDenied(state: String) -> Bool { StatusFolder(state: state).isDenied(name) }

  /// The parts of an earlier responder's file that go on counting, also if it had another version.
  struct Kept: Decodable {
    /// The activity of each webhook.
    var webhooks: [String: WebhookActivity]?
    /// The content of each spool; `records` has that of the records for post-processors.
    var spools: [String: SpoolLook]?
    var records: [String: SpoolLook]?
  }

  static func kept(state: String) -> Kept { read(Kept.self, state) ?? Kept() }

  private static func read<Value: Decodable>(_ type: Value.Type, _ state: String) -> Value? {
    StatusFolder(state: state).read(name).flatMap {
      BoundedJSON.decode(type, from: $0, isSnakeCase: true)
    }
  }

  /// Replaces the file as a whole.
  func write(state: String) throws {
    try StatusFolder(state: state).put(try bytes(), of: Self.name)
  }

  /// The file's content. What there is of each webhook is written by hand: a reload waits for the
  /// file, and a coder takes a quarter of a second for 10,000 webhooks.
  func bytes() throws -> [UInt8] {
    var rest = self
    (rest.configured, rest.webhooks) = ([:], [:])
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Array(try encoder.encode(rest))
    Self.fill(&bytes, "configured", configured) { $0.write(to: &$1) }
    Self.fill(&bytes, "webhooks", webhooks) { $0.write(to: &$1) }
    return bytes
  }

  /// Puts the values into a member that is `{}`.
  private static func fill<Value>(
    _ bytes: inout [UInt8], _ name: String, _ values: [String: Value],
    _ write: (Value, inout JSONObjectWriter) -> Void
  ) {
    let member = Array("\"\(name)\":{}".utf8)
    let end = bytes.withUnsafeBytes { all in
      all.baseAddress.flatMap { start in
        linux_find(start, all.count, member, member.count).map {
          UnsafeRawPointer($0) - start + member.count
        }
      }
    }
    guard let end else { return }
    var json = JSONObjectWriter()
    json.object { json in for (key, value) in values { json.add(key) { write(value, &$0) } } }
    bytes.replaceSubrange((end - 2)..<end, with: json.bytes)
  }
}
