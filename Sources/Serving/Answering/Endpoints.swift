import FastCGI
import FoundationEssentials
import Spooling
import Verification
import Webhooks

/// Answers the requests that are not deliveries, from what is in memory.
struct Endpoints: Sendable {
  let snapshots: Snapshots
  let receiver: Receiver
  let activity: Activity
  let spools: Spools
  let status: StatusWriter
  let started: ContinuousClock.Instant
  let threads: Int
  let counters: @Sendable () -> Counters

  func info(fallbackBaseURL: String, accept: String) -> Answer {
    Info(
      of: snapshots.current, fallbackBaseURL: fallbackBaseURL, version: version,
      uptime: .now - started
    ).answer(accept: accept)
  }

  /// Returns what `levelwind status` prints, as a page for a browser.
  func details(fallbackBaseURL: String, at now: Date) -> Answer {
    let report = report(at: now)
    let page = StatusPage(report, fallbackBaseURL: fallbackBaseURL, at: now)
    return Answer(status: 200, headers: Info.pageHeaders, body: Array(page.html.utf8))
  }

  func metrics(at now: Date) -> Answer {
    guard let last = status.last else { return Answer.problem(503, reasons: ["starting"]) }
    let page = MetricsPage(
      status: last.file, activity: activity, flushTimes: spools.flushTimes, listener: counters(),
      threads: threads,
      inflight: (receiver.inflightBytes, snapshots.current.settings.maxInflightBytes),
      postprocess: last.work[WorkStatus.postprocess], relay: last.work[WorkStatus.relay], now: now)
    return Answer(
      status: 200, headers: [.init("Content-Type", PrometheusText.contentType)],
      body: Array(page.text.utf8))
  }

  /// Returns 200 unless a finding is critical, and otherwise 503 with the kinds of the critical
  /// findings. They name no webhook: the log has the details.
  func health(at now: Date) -> Answer {
    let critical = report(at: now).findings.filter { $0.level == .critical }
    if critical.isEmpty {
      return Answer(
        status: 200, headers: [.init("Content-Type", "text/plain; charset=utf-8")],
        body: Array("ok\n".utf8))
    }
    return Answer.problem(503, reasons: Set(critical.map(\.kind.rawValue)).sorted())
  }

  private func report(at now: Date) -> StatusReport {
    let last = status.last
    return StatusReport(
      status: last?.file, work: last?.work ?? [:], isRunning: true, limits: HealthLimits(), at: now)
  }
}

extension Answer {
  /// Returns a problem document. The reasons are words of a fixed set, since they are not escaped.
  fileprivate static func problem(_ status: Int, reasons: [String]) -> Answer {
    let list = reasons.map { "\"\($0)\"" }.joined(separator: ",")
    return Answer(
      status: status,
      headers: [
        .init("Content-Type", "application/problem+json"), .init("Cache-Control", "no-store"),
      ],
      body: Array(
        #"{"title":"Service Unavailable","status":\#(status),"reasons":[\#(list)]}"#.utf8) + [10])
  }
}

/// What the responder answers besides deliveries. nginx decides who may ask.
enum Endpoint: String, CaseIterable {
  case info = "/info"
  case metrics = "/metrics"
  case health = "/healthz"
  /// Asked by `levelwind check`. Everybody else gets the answer of an unknown webhook.
  case check = "/webhook/_check"
}

extension Exchange {
  /// Returns the endpoint at the path of the request: the path of `base_url` followed by the
  /// endpoint's own. Returns nil if there isn't one.
  func endpoint(_ snapshot: Snapshot) -> Endpoint? {
    let target = value(of: "REQUEST_URI") ?? []
    guard target.starts(with: snapshot.basePath) else { return nil }
    let path = target[snapshot.basePath.count...].prefix { $0 != UInt8(ascii: "?") }
    return Endpoint.allCases.first { path.elementsEqual($0.rawValue.utf8) }
  }

  func answer(_ endpoint: Endpoint, _ endpoints: Endpoints) {
    guard ["GET", "HEAD"].contains(text(of: "REQUEST_METHOD")) else {
      var refused = Answer.json(405, #"{"title":"Method Not Allowed","status":405}"#)
      refused.headers.append(.init("Allow", "GET, HEAD"))
      return answer(refused)
    }
    switch endpoint {
    case .info: answer(info(endpoints))
    case .metrics: answer(endpoints.metrics(at: Date()))
    case .health: answer(endpoints.health(at: Date()))
    case .check: break
    }
  }

  /// Returns the answer to a question of `levelwind check`; nil for a request without a valid
  /// question.
  func proof(by key: ProbeKey) -> Answer? {
    value(of: "HTTP_X_LEVELWIND_CHECK").flatMap(key.answer).map { Answer(status: 200, body: $0) }
  }

  /// Answers with what senders may read. An administrator's browser gets the whole status instead,
  /// where the web server says that one asks.
  private func info(_ endpoints: Endpoints) -> Answer {
    let scheme = text(of: "REQUEST_SCHEME") ?? (text(of: "HTTPS") == "on" ? "https" : "http")
    var host = "localhost"
    for name: StaticString in ["SERVER_NAME", "HTTP_HOST", "LEVELWIND_HOST"] {
      if let text = text(of: name), !text.isEmpty { host = text }
    }
    let accept = text(of: "HTTP_ACCEPT") ?? ""
    // A client can't set this variable: the names of its headers begin with HTTP_.
    if text(of: "LEVELWIND_DETAILS") == "on", Info.isForPeople(accept: accept) {
      return endpoints.details(fallbackBaseURL: "\(scheme)://\(host)", at: Date())
    }
    return endpoints.info(fallbackBaseURL: "\(scheme)://\(host)", accept: accept)
  }

  private func text(of name: StaticString) -> String? {
    value(of: name).map { String(decoding: $0, as: UTF8.self) }
  }
}
