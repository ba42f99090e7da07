/// A queue of connections in the order in which their requests came.
struct ReadyQueue {
  private var items: [Connections.Ready] = []
  private var first = 0

  var count: Int { items.count - first }

  mutating func append(_ item: Connections.Ready) { items.append(item) }

  mutating func popFirst() -> Connections.Ready? {
    guard first < items.count else { return nil }
    defer {
      first += 1
      // Amortised: never more items are moved than were taken out before.
      if first * 2 >= items.count {
        items.removeFirst(first)
        first = 0
      }
    }
    return items[first]
  }
}
