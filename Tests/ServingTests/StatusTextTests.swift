import Foundation
import Spooling
import Testing

@testable import Serving
@testable import Webhooks

/// The output of `levelwind status` on a terminal.
@Suite struct StatusTextTests {
  private static let long = "customer-north-west-stock-updates-of-the-second-warehouse"

  /// Returns the report of a server with long names and many findings.
  private func report() -> StatusReport {
    let status = Samples.status { status in
      status.base = "https://deliveries-of-our-partners.integration.example.org/a/path/of/our/own"
      for name in ["erp", Self.long] {
        var seen = WebhookActivity()
        seen.lastRefusal = .init(
          time: Samples.now - 700, check: "signature",
          delivery: "01a20cac-1234-7abc-8def-0123456789ab",
          isTemporary: false)
        status.webhooks[name] = seen
        status.configured[name] = Samples.webhook()
      }
      var look = SpoolLook()
      look.new = 1_204_000
      look.oldest = Samples.now - 90_000
      status.spools = ["stock": look]
      status.records["\(Self.long).http"] = look
    }
    var work = Samples.work(failingFor: 3600)
    work.parts[Self.long] = work.parts["erp.http"]
    work.parts[Self.long]?.failing?.reason =
      "exit status 1: " + Array(repeating: "no such item", count: 12).joined(separator: " ")
    return StatusReport(
      status: status, work: ["drain-\(Self.long)": work, "postprocess": work], isRunning: true,
      limits: HealthLimits(), at: Samples.now)
  }

  @Test(arguments: [80, 100, 140])
  func `it keeps within the terminal, and nothing is cut`(_ width: Int) {
    let report = report()
    let text = report.text(at: Samples.now, on: Screen(width: width, isColoured: false))
    let remedies = report.findings.flatMap { $0.remedy.components(separatedBy: "; ") }
    for line in text.split(separator: "\n") where line.count > width {
      // A command goes on beyond the edge, so that it can be copied.
      #expect(remedies.contains(String(line.drop { " →".contains($0) })), "\(line)")
    }
    let whole = report.text(at: Samples.now)
    func words(_ text: String) -> Set<Substring> { Set(text.split { " ;\n".contains($0) }) }
    let lost = words(whole).subtracting(words(text)).filter { !text.contains($0) }
    // Only texts longer than their column are broken, on lines of their own.
    #expect(lost.allSatisfy { $0.contains(Self.long) || $0.hasPrefix("https://") }, "\(lost)")
    #expect(text.contains("\n  \(Self.long)"), "an identifier can be copied\n\(text)")
    #expect(!text.contains("…"))
  }

  @Test func `without a terminal a row is a line`() {
    let text = report().text(at: Samples.now)
    for words in ["  \(Self.long)  active", "  drain-\(Self.long)  running"] {
      #expect(text.contains(words), "\(text)")
    }
    #expect(text.contains("no such item no such item\n") || text.hasSuffix("no such item"))
  }

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
    let words = table.joined(separator: " ").split { " \n".contains($0) }.joined(separator: " ")
    for row in [
      "audit 2 0 3 s 600 bytes", "stock 1,204 1,200 5 min 3072 KiB",
      "/spool 1,206 1,200 5 min 3072 KiB", problem,
    ] { #expect(words.contains(row), "\(words)") }
    #expect(!words.contains("busy") && !words.contains("/other"), "what is on its way is left out")
    #expect(report.text(at: Samples.now).contains(problem), "whole where there is no terminal")
  }
}
