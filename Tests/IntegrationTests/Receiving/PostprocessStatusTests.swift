import Foundation
import Testing

@testable import Harness

/// The records and post-processors in `status`, `health` and metrics.
@Suite(.showingLogs) struct PostprocessStatusTests {
  private static func webhook(
    _ target: HTTPTarget, _ postProcessors: (name: String, path: String)...
  )
    -> String
  {
    "incoming: stock\npre_processors: []\npost_processors:\n"
      + postProcessors.map { name, path in
        "  - {type: http, name: \(name), url: \"\(target.url(path))\", allow_private: [127.0.0.0/8]}\n"
      }.joined()
  }

  @Test func `records are counted, and those that nobody works on are named until they are gone`()
    throws
  {
    let target = try HTTPTarget()
    defer { target.stop() }
    let name = "webhooks/erp.yaml"
    let file = Self.webhook(
      target, ("good", "/ok"), ("busy", "/answer/503"), ("gone", "/answer/410"))
    try Site.open(["incoming/stock.yaml": "", name: file]) { site in
      for _ in 1...2 { #expect(try site.post("/webhook/erp", [1]).status == 200) }
      try until("the records are published") {
        ["good", "busy", "gone"].allSatisfy {
          site.folder.names(in: "state/postprocess/erp.\($0)/new").count == 2
        }
      }
      #expect(try site.command("postprocess", "--once").status == 1)
      #expect(try site.post("/webhook/erp", [1]).status == 200)
      let labels = #"{webhook="erp",post_processor="#
      var text = ""
      func expect(_ line: String) { #expect(text.contains("\n\(line)\n"), "\(line)\n\(text)") }
      try until("the records are looked into") {
        text = try site.get("/metrics").text
        return text.contains(#"levelwind_postprocess_records\#(labels)"gone",place="failed"} 2"#)
          && text.contains(#"levelwind_postprocess_records\#(labels)"good",place="new"} 1"#)
      }
      expect(#"levelwind_postprocess_records\#(labels)"good",place="failed"} 0"#)
      expect(#"levelwind_postprocess_records\#(labels)"busy",place="retry"} 2"#)
      expect(#"levelwind_postprocess_attempts_total\#(labels)"good"} 2"#)
      expect(#"levelwind_postprocess_failures_total\#(labels)"good"} 0"#)
      expect(#"levelwind_postprocess_failures_total\#(labels)"busy"} 2"#)
      expect(#"levelwind_postprocess_given_up_total\#(labels)"busy"} 0"#)
      expect(#"levelwind_postprocess_given_up_total\#(labels)"gone"} 2"#)
      expect("levelwind_postprocess_left_records 0")
      #expect(text.contains("levelwind_postprocess_oldest_record_age_seconds\(labels)\"busy\"} "))
      let checked = try Tool.run("promtool", ["check", "metrics"], input: Array(text.utf8))
      #expect(checked.status == 0 && checked.text + checked.errors == "", "\(checked.errors)")
      let health = try site.command("health")
      #expect(health.status == 1)
      #expect(health.text.contains("post-processing of erp.gone: 2 records given up"))
      let status = try site.command("status").text.replacing(#/ +/#, with: " ")
      #expect(status.contains("\n erp.busy 1 0 2 0 "), "\(status)")
      #expect(status.contains("\n erp.gone 1 0 0 2 "), "\(status)")

      // Two post-processors are taken out, one of them without records.
      try site.folder.write(Self.webhook(target, ("gone", "/ok")), to: "etc/\(name)")
      let good = "state/postprocess/erp.good/new"
      for name in site.folder.names(in: good) {
        try FileManager.default.removeItem(at: site.folder("\(good)/\(name)"))
      }
      #expect(try site.command("reload").status == 0)
      try until("they are named") {
        try site.command("health").text.contains("nobody works on 3 records of erp.busy")
      }
      try until("nothing is said of the empty one") {
        try !site.command("status").text.contains("erp.good")
      }
      text = try site.get("/metrics").text
      expect("levelwind_postprocess_left_records 3")
      #expect(!text.contains(#""busy""#))
      try FileManager.default.removeItem(at: site.folder("state/postprocess/erp.busy"))
      #expect(try site.command("reload").status == 0)
      #expect(try !site.command("health").text.contains("erp.busy"))
      // Records that were given up are done once they are moved back.
      let failed = site.folder.names(in: "state/postprocess/erp.gone/failed")
      for name in failed.filter({ $0.hasSuffix(".json") }) {
        try FileManager.default.moveItem(
          at: site.folder("state/postprocess/erp.gone/failed/\(name)"),
          to: site.folder("state/postprocess/erp.gone/new/\(name)"))
      }
      #expect(try site.command("postprocess", "--once").status == 0)
      try until("all is well") { try site.command("health").status == 0 }
    }
  }
}
