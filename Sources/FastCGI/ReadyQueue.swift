/// A queue of connections in the order in which their requests came.
struct ReadyQueue {
  private var items: [Connections.Ready] = []
  private var start = 0

  var count: Int { items.count - start }
  var first: Connections.Ready? { start < items.count ? items[start] : nil }

  mutating func append(_ item: Connections.Ready) { items.append(item) }

  mutating func popFirst() -> Connections.Ready? {
    guard start < items.count else { return nil }
    defer {
      start += 1
      // Amortised: never more items are moved than were taken out before.
      if start * 2 >= items.count {
        items.removeFirst(start)
        start = 0
      }
    }
    return items[start]
  }
}

extension Connections {
  /// A connection on which a request has begun, and the moment when that was seen.
  struct Ready {
    let descriptor: Int32
    let since: ContinuousClock.Instant
  }
}
