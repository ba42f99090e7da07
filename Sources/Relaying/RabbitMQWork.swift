import Bytes
import FoundationEssentials
import Importing
import Sending
import Spooling
import Webhooks

/// Publishes tasks to a broker, and waits for the confirms of several at once.
struct RabbitMQWork: ConnectingWork {
  private let target: RabbitMQTarget
  private let breaker: CircuitBreaker
  private let waits: Bool
  private let idle = IdleConnections<RabbitMQConnection>()
  private let blocked: BlockedConnections

  /// When so many bytes wait for their confirms, no further message is sent, so that a thread needs
  /// little memory whatever the tasks weigh.
  private static let mostBytes = 4 << 20

  /// A message, and the place of its task among the claims.
  private typealias Entry = (index: Int, message: RabbitMQMessage)

  /// Makes the work of one relay.
  ///
  /// - Parameters:
  ///   - target: the broker.
  ///   - waits: whether tasks wait while the broker can't be used.
  ///   - tell: takes the outage when that begins, and nil when it ends.
  init(
    _ target: RabbitMQTarget, waits: Bool, tell: @escaping @Sendable (WorkStatus.Failing?) -> Void
  ) {
    self.target = target
    self.waits = waits
    // The first failure may be a connection that was closed while nobody used it.
    breaker = CircuitBreaker(after: 2, BackOff(first: .seconds(1), most: .seconds(30)), tell: tell)
    blocked = BlockedConnections(tell: tell)
  }

  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    var outcomes = [Outcome?](repeating: nil, count: claims.count)
    var next = 0
    while next < claims.count {
      var window: [Entry] = []
      var bytes = 0
      while next < claims.count, bytes < Self.mostBytes {
        defer { next += 1 }
        do throws(UnmadeRequest) {
          let message = try target.message(for: claims[next])
          bytes += message.body.count
          window.append((next, message))
        } catch {
          outcomes[next] = error.isForGood ? .never(error.reason) : .again(error.reason)
        }
      }
      publish(window, &outcomes, until: stop)
    }
    return .each(outcomes.map { $0 ?? .released })
  }

  func objection(within time: Duration, until stop: StopRequest) -> String? {
    do throws(RelayError) {
      _ = try RabbitMQConnection.open(target, within: time, until: stop) { _ in }
      return nil
    } catch {
      return error.words(after: time)
    }
  }

  /// Publishes messages, again and again until each has an outcome or the stop is requested.
  private func publish(_ window: [Entry], _ outcomes: inout [Outcome?], until stop: StopRequest) {
    while true {
      let left = window.filter { outcomes[$0.index] == nil }
      if left.isEmpty { return }
      if !waits, let outage = breaker.outage {
        let reason = "not tried, since the broker can't be used: \(outage.reason)"
        for entry in left { outcomes[entry.index] = .later(reason) }
        return
      }
      guard breaker.pass(until: stop) else { return }
      do throws(RelayError) {
        try attempt(left, &outcomes, until: stop)
        breaker.succeeded()
      } catch .unusable(let reason) {
        breaker.failed(reason)
      } catch .refused(let reason) {
        breaker.succeeded()
        // One of them is to blame, and the broker doesn't say which.
        if left.count == 1 { outcomes[left[0].index] = .never(reason) }
        if left.count > 1 { for entry in left { publish([entry], &outcomes, until: stop) } }
      } catch {
        return breaker.ended()
      }
    }
  }

  private func attempt(
    _ entries: [Entry], _ outcomes: inout [Outcome?], until stop: StopRequest
  ) throws(RelayError) {
    let connection = try idle.take { () throws(RelayError) in
      try RabbitMQConnection.open(target, within: target.timeout, until: stop) { [blocked] in
        blocked.change($0)
      }
    }
    defer { if connection.isUsable { idle.put(connection) } }
    var waiting: [UInt64: Entry] = [:]
    for entry in entries {
      let number = try connection.publish(entry.message, to: target.exchange, until: stop)
      waiting[number] = entry
    }
    var returned: [String: String] = [:]
    while !waiting.isEmpty {
      switch try connection.next(until: stop) {
      case .returned(let id, let reason): returned[id] = reason
      case .confirmed(let number, let all):
        for entry in waiting.take(number, all: all) {
          outcomes[entry.index] = returned[entry.message.id].map { .again($0) } ?? .done
        }
      case .refused(let number, let all):
        for entry in waiting.take(number, all: all) {
          outcomes[entry.index] = .again("the broker refused it (nack): its queue may be full")
        }
      }
    }
  }
}

extension [UInt64: (index: Int, message: RabbitMQMessage)] {
  /// Removes the message of a number, or those of all numbers up to it.
  fileprivate mutating func take(_ number: UInt64, all: Bool) -> [Value] {
    let numbers = all ? keys.filter { $0 <= number } : [number]
    return numbers.compactMap { removeValue(forKey: $0) }
  }
}

/// Tells when the broker begins to block a relay's connections, and when all may publish again.
private final class BlockedConnections: Sendable {
  private let count = Mutex(0)
  private let tell: @Sendable (WorkStatus.Failing?) -> Void

  init(tell: @escaping @Sendable (WorkStatus.Failing?) -> Void) { self.tell = tell }

  /// Takes note of a connection that begins to be blocked, or ends to be.
  func change(_ isBlocked: Bool) {
    let (before, now) = count.withLock { count in
      let before = count
      count += isBlocked ? 1 : -1
      return (before, count)
    }
    if before == 0, now > 0 {
      let reason = "the broker blocks publishers: it lacks memory or disk space"
      let moment = Date()
      tell(WorkStatus.Failing(since: moment, last: moment, reason: reason))
    }
    if before > 0, now == 0 { tell(nil) }
  }
}
