import FastCGI
import Foundation
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
      listener: listener, threads: 64, inflight: (bytes: 8, limit: 9), postprocess: nil, relay: nil,
      now: Samples.now
    ).text.split(separator: "\n")
    for line in [
      "threads 64", "threads_busy 1", "requests_waiting 2", "connections 3",
      "refused_connections_total 4", "accept_errors_total 5", "protocol_errors_total 6",
      "lost_answers_total 7", "inflight_bytes 8", "inflight_limit_bytes 9",
    ] { #expect(lines.contains("levelwind_\(line)"), "\(line)") }
  }

  @Test func `what is not published is counted by spool and by file system`() {
    let status = Samples.status {
      $0.unpublished = [
        "stock": .init(tasks: 5, aside: 3, oldest: Samples.now - 7),
        "replay/erp": .init(tasks: 1, oldest: Samples.now - 9),
      ]
      $0.fileSystems = ["stock": "/spool", "replay/erp": "/state"]
      $0.spools["audit"] = SpoolLook()
      $0.disks.append(DiskSpace(path: "/state", bytes: 1, inodes: nil))
    }
    let lines = MetricsPage(
      status: status, activity: Activity(), flushTimes: DurationHistogram(), listener: Counters(),
      threads: 64, inflight: (bytes: 8, limit: 9), postprocess: nil, relay: nil,
      now: Samples.now
    ).text.split(separator: "\n")
    for line in [
      #"unpublished_tasks{incoming="stock"} 5"#, #"unpublished_tasks{incoming="audit"} 0"#,
      #"unpublished_oldest_age_seconds{incoming="stock"} 7"#,
      #"unpublished_oldest_age_seconds{incoming="audit"} 0"#,
      #"set_aside_tasks{incoming="stock"} 3"#, #"disk_unpublished_tasks{path="/spool"} 5"#,
      #"disk_unpublished_oldest_age_seconds{path="/spool"} 7"#,
      #"disk_unpublished_tasks{path="/state"} 1"#,
      #"disk_unpublished_oldest_age_seconds{path="/state"} 9"#,
    ] { #expect(lines.contains("levelwind_\(line)"), "\(line)") }
    #expect(!lines.contains { $0.contains("incoming=\"replay") })
  }
}
