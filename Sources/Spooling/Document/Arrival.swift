import Bytes
import FoundationEssentials
import Glibc

/// The moment when a delivery came in, and its id.
public struct Arrival: Sendable {
  /// The id of the delivery.
  public let id: UUIDv7
  /// When the delivery came in.
  public let time: Date

  /// Creates the arrival of a delivery.
  public init(id: UUIDv7, time: Date) {
    self.id = id
    self.time = time
  }
}

/// Gives each delivery its id. The ids of one process are unique and increase, even if the clock is
/// set back.
public final class Arrivals: Sendable {
  private struct State {
    var tick: UInt64 = 0
    var random: [UInt64] = []
  }
  private let state = Mutex(State())

  /// Creates a source of ids, one for the whole process.
  public init() {}

  /// Returns the id of a delivery that came in at a moment.
  public func next(at now: Date) -> Arrival {
    let tick = UInt64(max(0, now.timeIntervalSince1970) * 1000 * 4096)
    let id = state.withLock { state in
      state.tick = max(state.tick + 1, tick)
      if state.random.isEmpty { state.random = Self.randomNumbers() }
      return UUIDv7(tick: state.tick, random: state.random.removeLast())
    }
    return Arrival(id: id, time: now)
  }

  /// Returns random numbers, at least one. 32 are fetched at once, to save a system call for each
  /// delivery.
  private static func randomNumbers() -> [UInt64] {
    var numbers = [UInt64](repeating: 0, count: 32)
    // getentropy returns at most 256 bytes.
    let isFilled = numbers.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) } == 0
    return isFilled ? numbers : [.random(in: .min ... .max)]
  }
}
