import Foundation

/// The accepted deliveries of one webhook in their order, so that the oldest are forgotten first.
struct ReplayOrder {
  private var records: [ReplayRecord] = []
  private var start = 0

  mutating func append(_ record: ReplayRecord) { records.append(record) }

  /// Takes away those that are too old, or too many.
  mutating func drop(beyond rule: ReplayRule, at now: Date) -> [ReplayRecord] {
    let first = start
    while start < records.count,
      records.count - start > rule.max
        || now.timeIntervalSince(records[start].time) >= rule.keep.seconds
    { start += 1 }
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
