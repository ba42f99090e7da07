import FastCGI
import Spooling
import Testing
import Webhooks

@testable import Serving

@Suite struct MetricsPageTests {
  @Test func `each count of the listener has a series of its own`() {
    var listener = Counters()
    listener.busy = 1
    listener.waiting = 2
    listener.connections = 3
    listener.refusedPeers = 4
    listener.acceptErrors = 5
    listener.protocolErrors = 6
    listener.lostReplies = 7
    let lines = MetricsPage(
      status: Samples.status(), activity: Activity(), flushTimes: DurationHistogram(),
      listener: listener, threads: 64, inflight: (bytes: 8, limit: 9), postprocess: nil,
      now: Samples.now
    ).text.split(separator: "\n")
    for line in [
      "threads 64", "threads_busy 1", "requests_waiting 2", "connections 3",
      "refused_connections_total 4", "accept_errors_total 5", "protocol_errors_total 6",
      "lost_answers_total 7", "inflight_bytes 8", "inflight_limit_bytes 9",
    ] { #expect(lines.contains("levelwind_\(line)"), "\(line)") }
  }
}
