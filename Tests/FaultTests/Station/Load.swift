import Bytes
import Dispatch
import Foundation

@testable import Harness

/// Deliveries from many senders at once. Each sends the next as soon as the last was answered.
final class Load: Sendable {
  /// The end of one delivery.
  struct Outcome {
    let number: Int
    /// The status; 0 if there wasn't an answer.
    let status: Int
    /// Whether a connection ended without the answer. The delivery is then sent again on a new one.
    let isLost: Bool
    let hasRetryAfter: Bool
    let duration: Duration
  }

  private struct State {
    var next: Int
    var isStopping = false
    var outcomes: [Outcome] = []
  }
  private let state: Mutex<State>
  private let ended = DispatchGroup()
  private let socket: String
  private let path: String

  /// Starts to send. `first` is the number of the first delivery. The others follow it.
  init(
    to station: Station, senders: Int, from first: Int = 0, path: String = Station.path
  ) {
    socket = station.socket
    self.path = path
    state = Mutex(State(next: first))
    for _ in 0..<senders {
      ended.enter()
      Thread.detachNewThread { [self] in
        send()
        ended.leave()
      }
    }
  }

  /// The numbers of all deliveries that were acknowledged so far.
  var acknowledged: [Int] { outcomes.filter { $0.status / 100 == 2 }.map(\.number) }

  /// The numbers of deliveries that may be stored twice, since they were sent again.
  var resent: Set<Int> { Set(outcomes.filter(\.isLost).map(\.number)) }

  var outcomes: [Outcome] { state.withLock { $0.outcomes } }

  /// Returns how many outcomes so far fulfil a condition.
  func count(where isCounted: (Outcome) -> Bool) -> Int {
    state.withLock { state in state.outcomes.count(where: isCounted) }
  }

  /// Sends nothing more, and waits for requests under way.
  func stop() {
    state.withLock { $0.isStopping = true }
    ended.wait()
  }

  private func send() {
    var client: FastCGIClient?
    while let number = next() {
      let start = ContinuousClock.now
      var isLost = false
      var answer: Reply?
      if let kept = client {
        answer = try? deliver(number, through: kept)
        isLost = answer == nil
      }
      if answer == nil {
        // nginx does the same where a kept connection has ended.
        client = try? FastCGIClient(path: socket)
        if let client { answer = try? deliver(number, through: client) }
      }
      if answer == nil {
        (client, isLost) = (nil, true)
        usleep(2_000)
      }
      let outcome = Outcome(
        number: number, status: answer?.status ?? 0, isLost: isLost,
        hasRetryAfter: answer?.hasRetryAfter ?? false, duration: .now - start)
      state.withLock { $0.outcomes.append(outcome) }
    }
  }

  private func deliver(
    _ number: Int, through client: FastCGIClient
  ) throws -> Reply {
    try client.post(path, Payload.bytes(number), secret: Station.secret)
  }

  private func next() -> Int? {
    state.withLock { state in
      if state.isStopping { return nil }
      state.next += 1
      return state.next - 1
    }
  }
}
