import FastCGI
import Foundation
import Spooling
import Testing
import Webhooks

@testable import Serving

@Suite struct MetricTableTests {
  @Test func `a metric has one name, labels of the configuration, and a sentence`() {
    #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    for metric in Metric.all {
      #expect(metric.help.hasSuffix("."), "\(metric.name)")
      #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
    }
  }

  @Test func `each series has the labels that the table says`() {
    let status = Samples.status {
      $0.unpublished = ["stock": .init(tasks: 5, aside: 3, oldest: Samples.now - 7)]
      $0.spools["stock"] = SpoolLook()
    }
    let text = MetricsPage(
      status: status, activity: Activity(), flushTimes: DurationHistogram(), listener: Counters(),
      threads: 64, inflight: (bytes: 8, limit: 9), postprocess: nil, relay: nil,
      now: Samples.now
    ).text
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    var seen = 0
    for metric in Metric.all {
      let series = lines.filter { $0.prefix { $0 != "{" && $0 != " " } == metric.name }
      for line in series {
        let names = line.matches(of: #/[{,]([a-z_]+)="/#).map { String($0.1) }
        #expect(names == metric.labels, "\(line)")
        seen += 1
      }
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      let row = "| `\(metric.name)` | \(metric.kind) | \(labels) | \(metric.help) |\n"
      #expect(MetricTable.reference.contains(row))
    }
    #expect(seen > 25)
  }
}
