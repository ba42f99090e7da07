import Fetching
import FoundationEssentials
import Importing
import Spooling
import Webhooks

/// Sends tasks or records to an HTTP server, each in a request of its own.
public struct HTTPWork: Work {
  private let requests: any OutgoingRequests
  private let fetcher: Fetcher
  private let connections = KeptConnections()
  private let breaker: CircuitBreaker
  private let pace: Pace?
  private let waits: Bool

  /// Makes the work for one server.
  ///
  /// - Parameters:
  ///   - requests: makes the requests; its timeout and authorities count.
  ///   - fetcher: how to connect where `requests` doesn't say.
  ///   - waits: whether tasks wait while the circuit breaker is open. Otherwise they are deferred,
  ///     so that a drain that ends when nothing is due comes to its end.
  ///   - tell: takes the outage when the server's circuit breaker opens, and nil when it closes.
  public init(
    _ requests: some OutgoingRequests, through fetcher: Fetcher, waits: Bool,
    tell: @escaping @Sendable (WorkStatus.Failing?) -> Void
  ) {
    self.requests = requests
    self.waits = waits
    var fetcher = fetcher
    fetcher.timeout = requests.timeout
    if let authorities = requests.authorities { fetcher.trust = authorities }
    self.fetcher = fetcher
    breaker = CircuitBreaker(
      after: requests.breaker.failures,
      BackOff(first: requests.breaker.wait, most: requests.breaker.mostWait), tell: tell)
    pace = requests.rate.map { Pace(perSecond: $0) }
  }

  /// Sends the first of the claims, which is the only one: such drains have no batches.
  public func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    let claim = claims[0]
    do throws(UnmadeRequest) {
      guard try requests.wants(claim) else { return .done }
      if !waits, let outage = breaker.outage {
        return .later("not tried, since the server fails: \(outage.reason)")
      }
      guard breaker.pass(until: stop) else { return .released }
      guard pace?.wait(until: stop) ?? true else {
        breaker.ended()
        return .released
      }
      return send(try requests.request(for: claim, at: Date()), until: stop)
    } catch {
      breaker.ended()
      return error.isForGood ? .never(error.reason) : .again(error.reason)
    }
  }

  /// Connects to the server, with TLS, and sends nothing.
  ///
  /// - Parameters:
  ///   - time: how long that may take.
  ///   - stop: ends the wait at its deadline.
  /// - Returns: why that failed; nil if it didn't.
  public func objection(within time: Duration, until stop: StopRequest) -> String? {
    var fetcher = fetcher
    fetcher.timeout = time
    do throws(FetchError) {
      _ = try fetcher.send(
        OutgoingRequest("GET", requests.url, headers: [], body: []), connectsOnly: true,
        allowing: requests.allows
      ) { stop.deadline.map { .now >= $0 } ?? false }
      return nil
    } catch {
      return words(for: error)
    }
  }

  private func send(_ request: RecordRequest, until stop: StopRequest) -> Outcome {
    let outgoing = OutgoingRequest(
      request.method, request.url, headers: request.headers, body: request.body)
    do throws(FetchError) {
      let reply = try fetcher.send(outgoing, allowing: requests.allows, over: connections) {
        stop.deadline.map { .now >= $0 } ?? false
      }
      let outcome = Self.outcome(of: reply, by: requests.statuses, at: Date())
      if case .again(let reason, let wait) = outcome {
        breaker.failed(reason, after: wait)
      } else {
        breaker.succeeded()
      }
      return outcome
    } catch .stopped {
      breaker.ended()
      return .released
    } catch {
      let reason = words(for: error)
      breaker.failed(reason)
      return .again(reason)
    }
  }

  private func words(for error: FetchError) -> String {
    switch error {
    // The URL may be a secret.
    case .notFetched: "the URL isn't one of http or https to a plain host"
    case .notPublic:
      "\(error); allow_private lists private addresses that are allowed"
    default: error.told(trustedBy: "ca_file: FILE")
    }
  }

  /// Returns what an answer means for the task.
  static func outcome(
    of reply: OutgoingReply, by statuses: StatusMeanings, at now: Date
  ) -> Outcome {
    let said = firstWords(reply.body)
    let reason = "answered \(reply.status)"
    switch statuses.meaning(of: reply.status) {
    case .done: return .done
    case .later:
      return .again(reason + said, after: RetryAfter.wait(reply.retryAfter, at: now) ?? .zero)
    case .never where (300...399).contains(reply.status):
      return .never(reason + ", and no redirect is followed" + said)
    case .never: return .never(reason + said)
    }
  }

  /// Returns the first 1,000 bytes of a server's answer for people, on lines of their own.
  private static func firstWords(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(1000), as: UTF8.self)
    return text.isEmpty ? "" : "\n" + text
  }
}
