import Bytes

/// Everything durable that one delivery causes, as one value. A 2xx follows a commit and never
/// precedes it.
public struct Commit: Sendable {
  /// The place of an entry within its spool.
  public enum Place: Sendable, Equatable {
    /// `new/`: a task for importers.
    case new
    /// `failed/`, with the reason beside it in `<name>.reason`.
    case failed(reason: String)
  }

  /// One file of a commit.
  public struct Entry: Sendable {
    /// The spool of the file.
    public let spool: SpoolID
    /// The place of the file within its spool.
    public let place: Place
    /// The id in the file's name, which is `<id>.json` or `<id>.<label>`.
    public let id: UUIDv7
    /// Replaces `json` in the file's name if the name says everything: lower-case hexadecimal
    /// digits.
    public let label: String?
    /// The content in parts, written one after the other. Entries share parts; they aren't copied.
    public let parts: [[UInt8]]

    /// Creates an entry. Each argument is described at its property.
    public init(
      spool: SpoolID, place: Place = .new, id: UUIDv7, label: String? = nil, parts: [[UInt8]]
    ) {
      self.spool = spool
      self.place = place
      self.id = id
      self.label = label
      self.parts = parts
    }

    /// The bytes of the whole file.
    public var size: Int { parts.reduce(0) { $0 + $1.count } }

    /// Whether the file belongs to the state directory, not to an incoming configuration.
    public var isState: Bool { spool.isState }

    /// The most bytes that the entry takes in the write-ahead log.
    var loggedBytes: Int {
      guard case .failed(let reason) = place else { return size + 512 }
      return size + reason.utf8.count + 512
    }
  }

  /// The files, which may belong to several spools.
  public var entries: [Entry]

  /// The most bytes that the commit takes in the write-ahead log.
  var loggedBytes: Int { entries.reduce(0) { $0 + $1.loggedBytes } }

  /// Creates a commit of these files.
  public init(_ entries: [Entry] = []) { self.entries = entries }
}

/// A commit between the request that waits for it and the thread that writes it.
final class PendingCommit: Sendable {
  typealias Outcome = Result<Void, SpoolError>

  let commit: Commit
  let deadline: ContinuousClock.Instant
  private let onEnd: @Sendable () -> Void
  /// Answers the request; nil once it has.
  private let answer: Mutex<(@Sendable (Outcome) -> Void)?>

  init(
    _ commit: Commit, by deadline: ContinuousClock.Instant, onEnd: @escaping @Sendable () -> Void,
    answer: @escaping @Sendable (Outcome) -> Void
  ) {
    self.commit = commit
    self.deadline = deadline
    self.onEnd = onEnd
    self.answer = Mutex(answer)
  }

  /// Ends the commit, and answers the request unless `miss` has. The commit's last owner, a queue
  /// or a thread, calls this exactly once.
  func end(_ outcome: Outcome) {
    onEnd()
    answerOnce(outcome)
  }

  /// Answers the request, since its deadline has come. The commit is not over.
  func miss() { answerOnce(.failure(.deadline)) }

  private func answerOnce(_ outcome: Outcome) {
    let answer = answer.withLock { $0.take() }
    answer?(outcome)
  }
}

/// The commits of one queue and its threads.
struct PendingCommits {
  /// Those that no thread has begun to write.
  var waiting: [PendingCommit] = []
  /// Those that are being written.
  var running: [PendingCommit] = []

  /// Takes the commits whose deadline has come out of the queue.
  mutating func takeLate(at now: ContinuousClock.Instant) -> LateCommits {
    var late = LateCommits()
    late.waiting = waiting.filter { $0.deadline <= now }
    if !late.waiting.isEmpty { waiting.removeAll { $0.deadline <= now } }
    late.running = running.filter { $0.deadline <= now }
    late.next = (waiting + running.filter { $0.deadline > now }).lazy.map(\.deadline).min()
    return late
  }
}

/// The commits whose deadline has come.
struct LateCommits {
  /// Those that no thread has begun to write: they can be ended.
  var waiting: [PendingCommit] = []
  /// Those that are being written: their requests can be answered.
  var running: [PendingCommit] = []
  /// The next deadline of the other commits; nil without other commits.
  var next: ContinuousClock.Instant?
}
