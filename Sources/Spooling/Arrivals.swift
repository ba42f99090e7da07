import Foundation
import Glibc

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
  private struct State {
    var tick: UInt64 = 0
    var random: [UInt64] = []
  }
  private let state = Mutex(State())

  public init() {}

  public func next(at now: Date) -> Arrival {
    let tick = UInt64(max(0, now.timeIntervalSince1970) * 1000 * 4096)
    let id = state.withLock { state in
      state.tick = max(state.tick + 1, tick)
      if state.random.isEmpty { state.random = Self.randomNumbers() }
      return UUIDv7(tick: state.tick, random: state.random.removeLast())
    }
    return Arrival(id: id, time: now)
  }

  /// A stock of them: asking the system for each by itself is a call a delivery. Never empty.
  private static func randomNumbers() -> [UInt64] {
    var numbers = [UInt64](repeating: 0, count: 32)
    // As many bytes as it gives at once.
    let isFilled = numbers.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) } == 0
    return isFilled ? numbers : [.random(in: .min ... .max)]
  }
}
