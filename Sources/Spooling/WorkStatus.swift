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
    ended == nil && (kill(process, 0) == 0 || errno == EPERM)
  }

  /// - Parameter process: the name of the file.
  /// - Returns: nil if there is none, or it can't be read.
  public static func read(_ process: String, state: String) -> WorkStatus? {
    guard let bytes = StatusFolder(state: state).read(process) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(WorkStatus.self, from: Data(bytes))
  }

  /// What every such process said last, by the name of its file.
  public static func all(state: String) -> [String: WorkStatus] {
    StatusFolder(state: state).processes.reduce(into: [:]) { $0[$1] = read($1, state: state) }
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
