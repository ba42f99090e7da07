import Bytes
import FoundationEssentials
import Spooling

/// Makes a request of each task or record, and says what the server's answers mean.
///
/// What is sent is said here, and the module Sending sends it. A module that receives deliveries so
/// needs no network.
public protocol OutgoingRequests: Sendable {
  /// The URL that requests are sent to, which may be a secret.
  var url: String { get }
  /// The longest time for an answer, from the look-up of the name to the answer's end, 100 ms to
  /// 600 s.
  var timeout: Duration { get }
  /// The path of a PEM file with the certificates to trust; nil for the system's.
  var authorities: String? { get }
  /// What the statuses of answers mean.
  var statuses: StatusMeanings { get }
  /// When the server is given a rest.
  var breaker: BreakerRule { get }
  /// The most requests that begin in a second; nil for no bound.
  var rate: Int? { get }

  /// Returns whether an address may be connected to although it isn't public.
  func allows(_ address: String) -> Bool

  /// Returns whether a task or record is sent at all. One that isn't is done.
  ///
  /// - Throws: the reason why that can't be told.
  func wants(_ claim: Claim) throws(UnmadeRequest) -> Bool

  /// Makes the request for a task or record.
  ///
  /// - Parameters:
  ///   - claim: the task or record.
  ///   - now: the moment of this attempt.
  /// - Returns: the request.
  /// - Throws: the reason why it can't be made.
  func request(for claim: Claim, at now: Date) throws(UnmadeRequest) -> RecordRequest
}

/// Requests to the server that a file describes, by that server's rules.
protocol ServerRequests: OutgoingRequests {
  var server: OutgoingServer { get }
}

extension ServerRequests {
  var url: String { server.url }
  var timeout: Duration { server.timeout }
  var authorities: String? { server.authorities }
  var statuses: StatusMeanings { server.statuses }
  var breaker: BreakerRule { server.breaker }
  var rate: Int? { server.rate }

  func allows(_ address: String) -> Bool { server.allows(address) }
}

/// A request for one task or record.
public struct RecordRequest: Sendable {
  /// The HTTP method: POST, PUT or PATCH.
  public let method: String
  /// The URL that the request is sent to.
  public let url: String
  /// The headers, without those of the connection.
  public let headers: [(name: String, value: String)]
  /// The bytes that are sent.
  public let body: [UInt8]
}

/// The reason why a request can't be made.
public struct UnmadeRequest: Error, Sendable {
  /// The reason in words.
  public let reason: String
  /// Whether no later attempt can succeed, because the task itself is damaged.
  public let isForGood: Bool

  init(_ reason: String, isForGood: Bool = false) {
    self.reason = reason
    self.isForGood = isForGood
  }
}

extension TraceContext {
  /// The headers that carry it on.
  var headers: [(name: String, value: String)] {
    [(Name.parent, parent)]
      + (state.isEmpty ? [] : [(Name.state, String(decoding: state, as: UTF8.self))])
  }
}

extension Claim {
  /// Returns the whole file.
  func document() throws(UnmadeRequest) -> [UInt8] {
    do { return try bytes() } catch { throw UnmadeRequest("\(error)") }
  }
}

/// When a server that fails is given a rest.
public struct BreakerRule: Sendable {
  /// The failures in a row after which nothing is sent for a while.
  public let failures: Int
  /// The longest wait before the first probe. It doubles with each probe that fails.
  public let wait: Duration
  /// The longest wait before any probe.
  public let mostWait: Duration

  static let failures = Option(
    "failures", .integer(1...1_000_000), default: 5,
    "How many attempts in a row have to fail before nothing is sent for a while.")
  static let wait = Option(
    "wait", .duration(.milliseconds(1)...(.seconds(86_400))), default: .seconds(5),
    "How long nothing is sent then, at most. After that one attempt is made, the probe. The wait "
      + "doubles with each probe that fails.")
  static let mostWait = Option(
    "max_wait", .duration(.milliseconds(1)...(.seconds(86_400))), default: .seconds(60),
    "The longest wait between probes.")

  static let form = Form<BreakerRule>.mapping(
    "a mapping such as {failures: 5, wait: 5s, max_wait: 1m}",
    options: [failures, wait, mostWait]
  ) { BreakerRule(failures: $0[failures], wait: $0[wait], mostWait: $0[mostWait]) }

  static let usual = BreakerRule(
    failures: failures.fallback, wait: wait.fallback, mostWait: mostWait.fallback)
}

/// What the statuses of a server's answers mean for a task.
public struct StatusMeanings: Sendable {
  /// A meaning of a status.
  public enum Meaning: Sendable {
    /// The server has it.
    case done
    /// It is tried again.
    case later
    /// It is given up.
    case never
  }
  private let configured: [Int: Meaning]

  /// Makes the usual meanings, with those of some statuses changed.
  public init(_ configured: [Int: Meaning] = [:]) { self.configured = configured }

  /// Returns the meaning of a status. By default every 2xx is done, 408, 429 and 5xx are tried
  /// again, and all others are given up.
  public func meaning(of status: Int) -> Meaning {
    if let meaning = configured[status] { return meaning }
    return switch status {
    case 200...299: .done
    case 408, 429, 500...599: .later
    default: .never
    }
  }
}
