import Bytes
import FoundationEssentials
import Spooling
import Verification

/// What a history knows of a delivery besides its request. `KeptDelivery.facts` writes it.
public struct DeliveryFacts: Sendable, Decodable {
  /// The client's certificate as the web server passed it.
  struct Certificate: Sendable, Decodable {
    let verification: String
    let subject: String
    let issuer: String
    let fingerprint: String
  }
  /// The outcome of a pre-processor.
  public struct Step: Sendable, Decodable {
    let check: String
    let index: Int
    let outcome: String
    let verified: String?
    let secret: String?
    let reason: String?
  }
  /// The outcome at an incoming configuration.
  public struct Route: Sendable, Decodable {
    /// Its identifier.
    public let incoming: String
    let outcome: String
    let reason: String?
    /// The tasks that it made.
    public let tasks: [String]?

    private enum Keys: CodingKey { case incoming, outcome, reason, tasks }

    /// Reads a route.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Keys.self)
      incoming = try values.decode(String.self, forKey: .incoming)
      outcome = try values.decode(String.self, forKey: .outcome)
      reason = try values.decodeIfPresent(String.self, forKey: .reason)
      // A route without tasks has their number, 0.
      tasks = try? values.decode([String].self, forKey: .tasks)
    }
  }

  /// The delivery's id, which its sender was told.
  public let id: String
  /// The webhook's identifier: today's, where it was renamed since.
  public var webhook: String
  /// The time of arrival (RFC 3339).
  public let time: String
  /// `accepted`, `unwanted`, `answered`, `repeated`, `refused` or `unavailable`.
  public let verdict: String
  /// The status of the HTTP answer.
  public let status: Int
  /// The check that refused it; nil if it wasn't refused.
  public let check: String?
  /// Why it was refused.
  public let reason: String?
  /// The id of the delivery that this one repeats.
  public let first: String?
  /// The sender's address.
  public let remote: String
  /// The request's method.
  public let method: String
  /// The request's path, undecoded.
  public let path: String
  /// The request's query with secrets masked; nil without one.
  public let query: String?
  /// The length of the body, in bytes.
  public let bodyBytes: Int
  /// The SHA-256 of the body, in hexadecimal digits.
  public let bodySha256: String?
  /// The headers that carried a secret and weren't kept.
  public let omittedHeaders: [String]?
  /// The query parameters that carried a secret and were masked.
  public let maskedParameters: [String]?
  let certificate: Certificate?
  /// By what it was verified; nil if it wasn't.
  public let verified: String?
  /// The name of the secret that matched.
  public let secret: String?
  /// The sender's own id of it.
  public let senderdelivery: String?
  let missingId: String?
  let steps: [Step]
  /// The outcome at each incoming configuration.
  public let routes: [Route]
  /// The ids of its tasks.
  public let tasks: [String]
  /// The time from arrival to answer, in microseconds.
  public let durationUs: Int
  let generation: Int
  /// The trace that it belongs to, in 32 hexadecimal digits.
  public let traceId: String
  /// The span that its tasks are children of, in 16 hexadecimal digits.
  public let spanId: String
  let requestId: String?

  /// Reads what `KeptDelivery.facts` wrote; nil for anything else.
  public init?(_ bytes: [UInt8]) {
    guard let facts = BoundedJSON.decode(DeliveryFacts.self, from: bytes, isSnakeCase: true) else {
      return nil
    }
    self = facts
  }

  /// The time of arrival.
  public var moment: Date { RFC3339.moment(Array(time.utf8)) ?? .distantPast }

  /// The delivery as it arrived.
  public var arrival: Arrival? {
    guard let id = UUIDv7(id), let trace = TraceContext(trace: traceId, span: spanId) else {
      return nil
    }
    return Arrival(id: id, time: moment, trace: trace)
  }

  /// A list of the headers and parameters that weren't kept; nil if everything was.
  public var missing: String? {
    let all =
      (omittedHeaders ?? []).map { "header \($0)" }
      + (maskedParameters ?? []).map { "query parameter \($0)" }
    return all.isEmpty ? nil : all.joined(separator: ", ")
  }

  /// The reason of the verdict in a few words: the check that refused it, the delivery that it
  /// repeats, or its tasks.
  public var why: String {
    if let check { return "\(check): \(reason ?? "")" }
    if let first { return "as \(first)" }
    let failed = routes.filter { $0.outcome == "failed" }.map { "failed at \($0.incoming)" }
    return (["\(tasks.count) \(tasks.count == 1 ? "task" : "tasks")"] + failed)
      .joined(separator: ", ")
  }

  /// The delivery in lines, as `levelwind explain` shows one.
  public var lines: [String] {
    var lines = [
      "delivery: \(id)", "webhook: \(webhook)", "arrived: \(time)", "from: \(remote)",
      "verdict: \(verdict)", "answered: \(status), after \(Double(durationUs) / 1000) ms",
    ]
    func add(_ name: String, _ text: String?) {
      if let text { lines.append("\(name): \(text)") }
    }
    lines += steps.map { "pre-processor \($0.index + 1), \($0.check): \($0.words)" }
    if let check { lines.append("refused by \(check): \(reason ?? "")") }
    add("a copy of", first)
    add("verified", verified)
    add("the sender's delivery id", senderdelivery)
    add("no delivery_id", missingId)
    lines += routes.map { "incoming \($0.incoming): \($0.words)" }
    lines.append("body: \(bodyBytes) bytes\(bodySha256.map { ", SHA-256 \($0)" } ?? "")")
    add("not kept, since it is a secret", missing)
    lines.append("configuration: number \(generation)")
    lines.append("trace: \(traceId), span \(spanId)")
    add("the web server's id of the request", requestId)
    return lines
  }
}

extension DeliveryFacts.Step {
  fileprivate var words: String {
    switch outcome {
    case "passed": "passed, \(verified ?? "")\(secret.map { ", with \($0)" } ?? "")"
    case "answered": "answered"
    case "observed": "observed, would have failed: \(reason ?? "")"
    default: "failed: \(reason ?? "")"
    }
  }
}

extension DeliveryFacts.Route {
  fileprivate var words: String {
    switch outcome {
    case "tasks": (tasks?.count ?? 0) == 1 ? "1 task" : "\(tasks?.count ?? 0) tasks"
    case "unwanted": "not wanted by its filter"
    case "failed": "whole into failed/: \(reason ?? "")"
    default: "left out: \(reason ?? "")"
    }
  }
}
