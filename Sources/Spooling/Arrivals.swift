import Foundation

/// When a delivery came in, and under which id it is known from then on.
public struct Arrival: Sendable {
  public let id: UUIDv7
  public let time: Date

  public init(id: UUIDv7, time: Date) {
    self.id = id
    self.time = time
  }
}

/// Gives each delivery its id. Ids of one process are unique and increase, also while the clock is set back.
public final class Arrivals: Sendable {
  private let last = Mutex<UInt64>(0)

  public init() {}

  public func next(at now: Date) -> Arrival {
    let tick = UInt64(max(0, now.timeIntervalSince1970) * 1000 * 4096)
    let unique = last.withLock { last in
      last = max(last + 1, tick)
      return last
    }
    return Arrival(id: UUIDv7(tick: unique, random: .random(in: 0...UInt64.max)), time: now)
  }
}
