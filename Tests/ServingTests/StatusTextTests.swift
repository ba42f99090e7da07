import Foundation
import Spooling
import Testing

@testable import Serving
@testable import Webhooks

/// What `levelwind status` shows on a terminal.
@Suite struct StatusTextTests {
  private static let long = "customer-north-west-stock-updates-of-the-second-warehouse"

  /// Of a server with long names and much to say.
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
      // A command goes on behind the edge, so that it can be copied.
      #expect(remedies.contains(String(line.drop { " →".contains($0) })), "\(line)")
    }
    let whole = report.text(at: Samples.now)
    func words(_ text: String) -> Set<Substring> { Set(text.split { " ;\n".contains($0) }) }
    let lost = words(whole).subtracting(words(text)).filter { !text.contains($0) }
    // Only what is longer than its column is in pieces, on lines of its own.
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
}
