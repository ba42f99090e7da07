import Foundation
import Testing
import Webhooks

@testable import Harness
@testable import Serving

/// Pages contain text of people and senders. The test of the escaper itself has every mark.
@Suite struct PageEscapingTests {
  /// The marks by number, since a test's arguments are printed.
  static let marks: [UInt32] = [0x301, 0x200D, 0xFE0F, 0x20DD]

  @Test(arguments: marks)
  func `a status page ends no attribute and opens no tag, whatever follows`(number: UInt32) throws {
    let mark = try Self.text(number)
    let status = Samples.status {
      $0.base = "https://x\"\(mark) onfocus=alert(1) '\(mark)<\(mark)b>\(mark)&\(mark)"
    }
    let report = StatusReport(
      status: status, work: [:], isRunning: true, limits: HealthLimits(), at: Samples.now)
    let html = StatusPage(report, fallbackBaseURL: "", at: Samples.now).html
    #expect(
      html.utf8.contains(
        "x&quot;\(mark) onfocus=alert(1) &#39;\(mark)&lt;\(mark)b&gt;\(mark)&amp;\(mark)".utf8))
  }

  @Test(arguments: marks)
  func `the info page does neither`(number: UInt32) throws {
    let mark = try Self.text(number)
    let folder = try Folder(named: "page")
    defer { folder.remove() }
    let loading = Snapshot.load(directory: folder.path, credentials: .none, now: Samples.now)
    let info = Info(
      of: try #require(loading.snapshot), fallbackBaseURL: "https://x\"\(mark)<\(mark)b>",
      version: "1", uptime: .zero)
    let page = info.answer(accept: "text/html").body
    #expect(page.contains("x&quot;\(mark)&lt;\(mark)b&gt;".utf8))
  }

  @Test(arguments: marks)
  func `a label of a metric ends where it should`(number: UInt32) throws {
    let mark = try Self.text(number)
    var text = PrometheusText()
    text.add("a", .gauge, "What.", [.init(1, ("x", "\"\(mark)\\\(mark)\r\n"))])
    #expect(text.text.utf8.contains("{x=\"\\\"\(mark)\\\\\(mark)\r\\n\"} 1\n".utf8))
  }

  private static func text(_ number: UInt32) throws -> String {
    String(try #require(Unicode.Scalar(number)))
  }
}
