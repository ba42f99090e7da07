import Bytes
import Dispatch

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
  let commit: Commit
  let deadline: ContinuousClock.Instant
  private let onEnd: @Sendable () -> Void
  private let result = Mutex<Result<Void, SpoolError>?>(nil)
  private let ended = DispatchSemaphore(value: 0)

  init(
    _ commit: Commit, by deadline: ContinuousClock.Instant, onEnd: @escaping @Sendable () -> Void
  ) {
    self.commit = commit
    self.deadline = deadline
    self.onEnd = onEnd
  }

  /// Ends the commit. Its last owner, a queue or a thread, calls this exactly once.
  func end(_ outcome: Result<Void, SpoolError>) {
    onEnd()
    result.withLock { $0 = outcome }
    ended.signal()
  }

  /// How the commit ended; nil while it has not.
  var outcome: Result<Void, SpoolError>? { result.withLock { $0 } }

  /// Waits until the commit has ended, at most until the deadline.
  ///
  /// - Returns: nil if the commit has not ended by then.
  func wait() -> Result<Void, SpoolError>? {
    let left = max(.zero, deadline - .now)
    _ = ended.wait(timeout: .now() + DispatchTimeInterval(left))
    return outcome
  }
}

extension [PendingCommit] {
  /// Takes a commit out of a queue; false if it isn't there any more.
  mutating func takeBack(_ pending: PendingCommit) -> Bool {
    guard let index = firstIndex(where: { $0 === pending }) else { return false }
    remove(at: index)
    return true
  }
}
