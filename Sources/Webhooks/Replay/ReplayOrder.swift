import Foundation

/// The accepted deliveries of one webhook in their order, so that the oldest are forgotten first.
struct ReplayOrder {
  private var records: [ReplayRecord] = []
  private var start = 0

  mutating func append(_ record: ReplayRecord) { records.append(record) }

  /// As many that are too old are forgotten at a time, for one that is added: a clock that is ahead for a
  /// while costs a few, and not all of them.
  private static let mostOld = 2

  /// Takes away those that are too many, and the first of those that are too old.
  mutating func drop(beyond rule: ReplayRule, at now: Date) -> [ReplayRecord] {
    let first = start
    start = max(start, records.count - rule.max)
    for _ in 0..<Self.mostOld where start < records.count {
      if now.timeIntervalSince(records[start].time) >= rule.keep.seconds { start += 1 }
    }
    let dropped = Array(records[first..<start])
    // Only now and then, so that each costs little.
    if start > 1000, start > records.count / 2 {
      records.removeFirst(start)
      start = 0
    }
    return dropped
  }
}

extension Duration {
  /// With fractions.
  var seconds: Double { self / .seconds(1) }
}
