import Bytes
import FoundationEssentials

/// The report of a process that works on tasks, a drain, the post-processors or the relay, in
/// `status/<process>.json` of the state directory.
public struct WorkStatus: Sendable, Equatable, Codable {
  /// A row of attempts that failed or were deferred, without a success in between.
  public struct Failing: Sendable, Equatable, Codable {
    /// When the first of them failed.
    public var since: Date
    /// When the last of them failed.
    public var last: Date
    /// The first line of the last attempt's reason.
    public var reason: String

    /// Creates a row of failures. `last` is the moment of the last one.
    public init(since: Date, last: Date, reason: String) {
      self.since = since
      self.last = last
      self.reason = reason
    }
  }

  /// The results for one incoming configuration's tasks, or for one webhook's records.
  public struct Part: Sendable, Equatable, Codable {
    /// How many were finished.
    public var done = 0
    /// How often one was deferred, to be tried again.
    public var deferred = 0
    /// How many were given up, into `failed/`.
    public var failed = 0
    /// When the last one was finished.
    public var lastDone: Date?
    /// The failures since the last success; nil if the last attempt succeeded.
    public var failing: Failing?
    /// How many were finished in a second, over the last minute; nil before anything was.
    public var rate: Double?
    /// The age of the last one when it was finished, in seconds.
    public var lag: Double?
    /// Since when nothing is tried because the other side fails, and why; nil while it works.
    public var outage: Failing?

    /// Creates a part without results.
    public init() {}

    /// How many attempts have ended.
    public var attempts: Int { done + deferred + failed }
  }

  /// The process id.
  public var process: Int32
  /// When the process started.
  public var started: Date
  /// When this was written: at least every ten seconds while the process runs.
  public var written: Date
  /// When the process ended; nil while it runs, or if it was killed.
  public var ended: Date?
  /// The moment from which the parts are counted, over restarts.
  public var since: Date
  /// The parts by the identifier of the incoming configuration or webhook.
  public var parts: [String: Part]

  /// Creates a status. Each argument is described at its property.
  public init(
    process: Int32, started: Date, written: Date, ended: Date?, since: Date, parts: [String: Part]
  ) {
    self.process = process
    self.started = started
    self.written = written
    self.ended = ended
    self.since = since
    self.parts = parts
  }

  /// Whether the process that wrote this is running.
  public var isRunning: Bool {
    ended == nil && StatusFolder.isThere(process)
  }

  /// Reads the status file of a process in the state directory; nil if the file is missing or can't
  /// be read. `process` is the name of the file, without its ending.
  public static func read(_ process: String, state: String) -> WorkStatus? {
    StatusFolder(state: state).read(process, limit: mostRead).flatMap(decode)
  }

  /// Reads what the post-processors, the relay and the drains of some incoming configurations
  /// reported last, by the name of the file.
  ///
  /// No other file is read, and all files together may have as many bytes as one: several users
  /// write there.
  public static func all(
    state: String, incoming: some Sequence<String>
  ) -> [String: WorkStatus] {
    let folder = StatusFolder(state: state)
    var left = mostRead
    var found: [String: WorkStatus] = [:]
    for process in [postprocess, relay] + incoming.map(drain) {
      for name in names(of: process) {
        guard let bytes = folder.read(name, limit: left) else { break }
        left -= bytes.count
        found[name] = decode(bytes)
      }
    }
    return found
  }

  /// The name of the file of the process that works on records.
  public static let postprocess = "postprocess"

  /// The name of the file of the process that runs the relays.
  public static let relay = "relay"

  /// Returns the name of a drain's file.
  public static func drain(of incoming: String) -> String { "drain-\(incoming)" }

  /// Returns the names of the files of up to 16 processes of one name that run side by side, in the
  /// order in which they are taken.
  public static func names(of process: String) -> [String] {
    [process] + (2...16).map { "\(process)-\($0)" }
  }

  /// The most bytes that are read of these files together: more than one file of the writer has.
  private static let mostRead = 16 << 20

  private static func decode(_ bytes: [UInt8]) -> WorkStatus? {
    BoundedJSON.decode(WorkStatus.self, from: bytes, isSnakeCase: true)
  }

  /// Replaces the file of a process.
  public func write(_ process: String, state: String) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try StatusFolder(state: state).put(Array(try encoder.encode(self)), of: process)
  }
}
