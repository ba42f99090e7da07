import Bytes
import FoundationEssentials

/// The record of a task that was tried before: `retry/<name>.retry`, a JSON object.
///
/// It is written before the task is moved beside it, and stays while the task is claimed again.
public struct RetryRecord: Sendable, Equatable {
  /// How many attempts have failed since the task was new or was last retried by hand.
  public var attempts: Int
  /// How many runs since then said "later" (exit 75). Their number never makes a task be given up.
  public var deferrals: Int
  /// The moment of the next attempt; nil for at once.
  public var due: Date?
  /// The last attempt's reason.
  public var reason: String
  /// Why the task had been given up before it was retried by hand.
  public var earlier: String?

  /// Creates a record. Each argument is described at its property.
  public init(
    attempts: Int = 0, deferrals: Int = 0, due: Date? = nil, reason: String = "",
    earlier: String? = nil
  ) {
    self.attempts = attempts
    self.deferrals = deferrals
    self.due = due
    self.reason = reason
    self.earlier = earlier
  }

  /// The longest wait that is believed if nothing says how long waits are.
  static let longestWait = Duration.seconds(7 * 86_400)

  /// Returns when the task is due; nil for at once.
  ///
  /// A moment later than `longest` after `now` was written by a clock that was ahead. The task
  /// doesn't wait for that clock.
  public func due(at now: Date, within longest: Duration) -> Date? {
    guard let due, due.timeIntervalSince(now) <= longest.inSeconds else { return nil }
    return due
  }

  /// Whether the task is due.
  public func isDue(at now: Date, within longest: Duration) -> Bool {
    due(at: now, within: longest).map { $0 <= now } ?? true
  }

  /// The most bytes that are read of a record, and of a reason.
  static let limit = 64 << 10

  /// Reads a record; nil if the file is damaged. The task counts as new then.
  init?(_ bytes: [UInt8]) {
    guard let file = BoundedJSON.decode(File.self, from: bytes) else { return nil }
    self.init(
      attempts: file.attempts, deferrals: file.deferrals ?? 0,
      due: file.due.flatMap { Date(rfc3339: $0) }, reason: file.reason ?? "",
      earlier: file.earlier)
  }

  var bytes: [UInt8] {
    let file = File(
      attempts: attempts, deferrals: deferrals, due: due?.rfc3339, reason: reason, earlier: earlier)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers can't fail to encode. Without a record the task would count as new.
    return Array((try? encoder.encode(file)) ?? Data()) + [UInt8(ascii: "\n")]
  }

  private struct File: Codable {
    let attempts: Int
    let deferrals: Int?
    let due: String?
    let reason: String?
    let earlier: String?
  }
}
