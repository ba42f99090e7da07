import FastCGI
import Foundation
import Spooling
import Webhooks

/// Answers the pages that are no webhooks, from what is known at the moment.
struct Pages: Sendable {
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

  /// What `levelwind status` says, for a browser.
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
      postprocess: last.work[WorkStatus.postprocess], now: now)
    return Answer(
      status: 200, headers: [.init("Content-Type", PrometheusText.contentType)],
      body: Array(page.text.utf8))
  }

  /// 200 unless something is critical; then words that name no webhook, for the log has the rest.
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
  /// - Parameter reasons: of a few fixed words.
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
