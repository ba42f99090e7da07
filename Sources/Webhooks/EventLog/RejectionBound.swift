import Bytes
import FoundationEssentials

/// Keeps refusals from flooding the log. For each address, webhook and check, only so many are
/// written in a minute. The others are counted, and their number is written after the minute.
public final class RejectionBound: Sendable {
  /// The properties of refusals that are counted together.
  public struct Key: Sendable, Hashable {
    /// The sender's address.
    public let remote: String
    /// The webhook's identifier.
    public let webhook: String
    /// The name of the check that refused.
    public let check: String

    /// Creates a key.
    public init(remote: String, webhook: String, check: String) {
      self.remote = remote
      self.webhook = webhook
      self.check = check
    }
  }

  /// The number of refusals with one key that were counted but not written.
  public struct Unwritten: Sendable, Equatable {
    /// The key; nil for all keys beyond the first `mostKeys`.
    public let key: Key?
    /// The number of these refusals in one minute.
    public let count: Int
  }

  private struct Minute {
    var start = Date.distantPast
    var counts: [Key: Int] = [:]
    var others = 0
  }

  /// The most refusals that are written for a key in a minute.
  public let most: Int
  /// The most keys that are told apart in a minute. Senders choose their addresses, and memory must
  /// be bounded.
  private let mostKeys: Int
  private let minute = Mutex(Minute())

  /// - Parameters:
  ///   - most: the most refusals that are written for a key in a minute.
  ///   - mostKeys: the most keys that are told apart in a minute.
  public init(most: Int = 10, mostKeys: Int = 10_000) {
    self.most = most
    self.mostKeys = mostKeys
  }

  /// Counts a refusal. Returns whether to write it, and the unwritten refusals of a minute that
  /// ended.
  public func note(_ key: Key, at now: Date) -> (write: Bool, unwritten: [Unwritten]) {
    minute.withLock { minute in
      let unwritten = turn(&minute, at: now)
      guard let count = minute.counts[key] ?? (minute.counts.count < mostKeys ? 0 : nil) else {
        minute.others += 1
        return (false, unwritten)
      }
      minute.counts[key] = count + 1
      return (count < most, unwritten)
    }
  }

  /// Returns the unwritten refusals of the minute if it is over. `distantFuture` ends it early.
  public func ended(at now: Date) -> [Unwritten] {
    minute.withLock { turn(&$0, at: now) }
  }

  private func turn(_ minute: inout Minute, at now: Date) -> [Unwritten] {
    let age = now.timeIntervalSince(minute.start)
    guard age >= 60 || age < 0 else { return [] }
    var unwritten = minute.counts.filter { $0.value > most }
      .map { Unwritten(key: $0.key, count: $0.value - most) }
    if minute.others > 0 { unwritten.append(Unwritten(key: nil, count: minute.others)) }
    minute = Minute(start: now)
    return unwritten
  }
}
