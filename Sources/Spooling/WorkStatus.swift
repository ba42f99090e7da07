import Foundation

/// What a process that works on tasks says of itself, in `status/<process>.json` of the state directory:
/// a drain, or the post-processors.
public struct WorkStatus: Sendable, Equatable, Codable {
  /// Attempts that failed without one that succeeded in between.
  public struct Failing: Sendable, Equatable, Codable {
    /// When the first of them failed.
    public var since: Date
    /// When the last one did.
    public var last: Date
    /// The first line of what it failed with.
    public var reason: String

    public init(since: Date, last: Date, reason: String) {
      self.since = since
      self.last = last
      self.reason = reason
    }
  }

  /// What became of the tasks of one incoming configuration, or of one webhook's records.
  public struct Part: Sendable, Equatable, Codable {
    /// Finished.
    public var done = 0
    /// To be tried again, counted each time.
    public var deferred = 0
    /// Given up, into `failed/`.
    public var failed = 0
    /// When the last one was finished.
    public var lastDone: Date?
    /// Nil where the last attempt succeeded.
    public var failing: Failing?

    public init() {}

    /// Attempts that ended.
    public var attempts: Int { done + deferred + failed }
  }

  /// The process id.
  public var process: Int32
  /// When the process started.
  public var started: Date
  /// When this was written: at least every ten seconds while the process runs.
  public var written: Date
  /// When it ended; nil while it runs, or where it was killed.
  public var ended: Date?
  /// Since when is counted: over restarts.
  public var since: Date
  /// By the identifier of the incoming configuration or webhook.
  public var parts: [String: Part]

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

  /// Whether the process that wrote it is there.
  public var isRunning: Bool {
    ended == nil && StatusFolder.isThere(process)
  }

  /// - Parameter process: the name of the file.
  /// - Returns: nil if there is none, or it can't be read.
  public static func read(_ process: String, state: String) -> WorkStatus? {
    StatusFolder(state: state).read(process, limit: mostRead).flatMap(decode)
  }

  /// What the post-processors, and the drains of some incoming configurations, said last, by the name of the
  /// file. No other file is read, and of all together no more bytes than of one: several users write there.
  public static func all(
    state: String, incoming: some Sequence<String>
  ) -> [String: WorkStatus] {
    let folder = StatusFolder(state: state)
    var left = mostRead
    var found: [String: WorkStatus] = [:]
    for process in [postprocess] + incoming.map(drain) {
      for name in names(of: process) {
        guard let bytes = folder.read(name, limit: left) else { break }
        left -= bytes.count
        found[name] = decode(bytes)
      }
    }
    return found
  }

  /// The file of the process that works through records.
  public static let postprocess = "postprocess"

  /// The file of a drain.
  public static func drain(of incoming: String) -> String { "drain-\(incoming)" }

  /// The files of processes of one name that run side by side, in the order in which they are taken.
  public static func names(of process: String) -> [String] {
    [process] + (2...16).map { "\(process)-\($0)" }
  }

  /// The most bytes of files of one kind: more than the writer lets one have.
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
