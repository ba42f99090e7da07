import Foundation
import Spooling
import Testing
import Webhooks

@testable import Serving

/// What `levelwind status` shows on a terminal.
@Suite struct StatusTextTests {
  @Test func `what is not published stands in 80 columns, by spool and by file system`() {
    let problem =
      "spool stock is unavailable: /var/spool/levelwind/stock/new can't be opened: no directory"
    let status = Samples.status {
      $0.unpublished = [
        "stock": .init(
          tasks: 1204, bytes: 3 << 20, aside: 1200, oldest: Samples.now - 300, problem: problem),
        "audit": .init(tasks: 2, bytes: 600, oldest: Samples.now - 3),
        "busy": .init(tasks: 4, bytes: 600, oldest: Samples.now - 0.2),
      ]
      $0.fileSystems = ["stock": "/spool", "audit": "/spool", "busy": "/other"]
    }
    let report = StatusReport(
      status: status, work: [:], isRunning: true, limits: HealthLimits(), at: Samples.now)
    let lines = report.text(at: Samples.now, on: Screen(width: 80)).split(
      separator: "\n", omittingEmptySubsequences: false)
    let start = lines.firstIndex(of: "Acknowledged, and not published yet") ?? lines.endIndex
    let table = lines[start...].prefix { $0 != "Spools" }
    #expect(table.allSatisfy { $0.count <= 80 }, "\(table)")
    let words = table.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      words == [
        "Acknowledged, and not published yet", "spool tasks set aside oldest size problem",
        "audit 2 0 3 s 600 bytes",
        "stock 1,204 1,200 5 min 3072 KiB spool stock is unavailable: /var/…", "",
        "The same by file system", "file system tasks set aside oldest size problem",
        "/spool 1,206 1,200 5 min 3072 KiB spool stock is unavailable: …", "",
      ])
    #expect(report.text(at: Samples.now).contains(problem), "whole where there is no terminal")
  }
}
