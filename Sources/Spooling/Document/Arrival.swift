import Bytes
import FoundationEssentials
import Glibc

/// The moment when a delivery came in, its id, and its place in a trace.
public struct Arrival: Sendable {
  /// The id of the delivery.
  public let id: UUIDv7
  /// When the delivery came in.
  public let time: Date
  /// The trace that its sender says it belongs to, or one of its own.
  public let trace: TraceContext

  /// Creates the arrival of a delivery. Each argument is described at its property.
  public init(id: UUIDv7, time: Date, trace: TraceContext) {
    self.id = id
    self.time = time
    self.trace = trace
  }
}

/// Gives each delivery its id. The ids of one process are unique and increase, even if the clock is
/// set back.
public final class Arrivals: Sendable {
  private struct State {
    var tick: UInt64 = 0
    private var random: [UInt64] = []

    mutating func nextRandom() -> UInt64 {
      if random.isEmpty { random = Arrivals.randomNumbers() }
      return random.removeLast()
    }
  }
  private let state = Mutex(State())

  /// Creates a source of ids, one for the whole process.
  public init() {}

  /// Returns the arrival of a delivery that came in at a moment. `trace` is the trace that it
  /// belongs to; nil to begin one.
  public func next(at now: Date, in trace: TraceContext? = nil) -> Arrival {
    let tick = UInt64(max(0, now.timeIntervalSince1970) * 1000 * 4096)
    return state.withLock { state in
      state.tick = max(state.tick + 1, tick)
      return Arrival(
        id: UUIDv7(tick: state.tick, random: state.nextRandom()), time: now,
        trace: trace
          ?? TraceContext(random: (state.nextRandom(), state.nextRandom(), state.nextRandom())))
    }
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
