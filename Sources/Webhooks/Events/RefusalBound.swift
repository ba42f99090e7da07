import Foundation

/// Keeps refusals from flooding the log: of one address, webhook and check, only so many a minute are
/// written; the rest are counted, and the count is written once the minute is over.
public final class RefusalBound: Sendable {
  /// What is counted together.
  public struct Key: Sendable, Hashable {
    public let remote: String
    public let webhook: String
    public let check: String

    public init(remote: String, webhook: String, check: String) {
      self.remote = remote
      self.webhook = webhook
      self.check = check
    }
  }

  /// Refusals that were counted and not written.
  public struct Unwritten: Sendable, Equatable {
    /// Nil stands for everyone beyond the `mostKeys` that were told apart.
    public let key: Key?
    public let count: Int
  }

  private struct Minute {
    var start = Date.distantPast
    var counts: [Key: Int] = [:]
    var others = 0
  }

  /// Written per key and minute.
  public let most: Int
  /// Told apart within a minute: senders choose their addresses, and memory is bounded.
  private let mostKeys: Int
  private let minute = Mutex(Minute())

  public init(most: Int = 10, mostKeys: Int = 10_000) {
    self.most = most
    self.mostKeys = mostKeys
  }

  /// Whether this refusal is to be written, and what an ended minute left unwritten.
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

  /// What a minute left unwritten, once it is over; `distantFuture` ends the present one.
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
