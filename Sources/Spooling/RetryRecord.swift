import Foundation

/// What is known of a task that was tried before: `retry/<name>.retry`, a JSON object.
///
/// It is written before the task is moved beside it, and stays while the task is claimed again.
public struct RetryRecord: Sendable, Equatable {
  /// How many attempts failed since the task was new or was last retried by hand.
  public var attempts: Int
  /// How many of the runs since then said "later" (exit 75), which never add up to giving up.
  public var deferrals: Int
  /// Not before this moment; nil for at once.
  public var due: Date?
  /// What the last attempt said.
  public var reason: String
  /// Why it had been given up before it was retried by hand.
  public var earlier: String?

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

  /// The longest wait that is believed where nothing says how long waits are.
  static let longestWait = Duration.seconds(7 * 86_400)

  /// When it is due, as of a moment; nil for at once. What is due later than the longest wait from now was
  /// written by a clock that was ahead: it doesn't wait for that clock.
  public func due(at now: Date, within longest: Duration) -> Date? {
    guard let due, due.timeIntervalSince(now) <= longest.inSeconds else { return nil }
    return due
  }

  /// Whether its time has come.
  public func isDue(at now: Date, within longest: Duration) -> Bool {
    due(at: now, within: longest).map { $0 <= now } ?? true
  }

  /// The most bytes of a record that are read, and of a reason.
  static let limit = 64 << 10

  /// nil where the file is damaged: the task counts as new then.
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
    // Texts and numbers can't fail to encode; a task without a record would count as new.
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
