import Foundation
import Testing

@testable import Harness

/// `on_finding`: a program hears of each finding once when it begins, worsens and ends.
@Suite(.showingLogs) struct FindingTests {
  /// Appends what it hears to a file, unless a file `broken` is there.
  private static let program = """
    #!/bin/sh
    cd "$1" && cat >>heard && [ ! -e broken ]
    """

  private func open(_ work: (Site) throws -> Void) throws {
    try Site.open(Sample.files) { site in
      try site.folder.writeProgram(Self.program, to: "alert")
      let setting = "on_finding: [\(site.folder("alert").path), \(site.folder("").path)]\n"
      try site.folder.write(
        site.folder.text("etc/levelwind.yaml") + setting, to: "etc/levelwind.yaml")
      #expect(try site.command("reload").status == 0)
      try work(site)
    }
  }

  private func heard(_ site: Site) throws -> [[String: Any]] {
    try site.folder.text("heard").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func postprocess(_ site: Site, _ work: () throws -> Void) throws {
    let child = try Child(
      Site.levelwind, ["postprocess", "--config", site.configuration],
      log: site.folder("postprocess.log"))
    defer { child.stop() }
    try work()
  }

  /// Breaks or mends the webhook's file, and waits until `health` has the finding or not.
  private func load(_ site: Site, broken: Bool) throws {
    try site.folder.write(
      broken ? "incoming: [\n" : Sample.files["webhooks/erp.yaml"] ?? "",
      to: "etc/webhooks/erp.yaml")
    _ = try site.command("reload")
    try until("health has seen it") {
      try site.command("health").text.contains("in the configuration") == broken
    }
  }

  /// Waits until the process has noted what it told: what isn't noted is told again by the next.
  private func untilNoted(_ site: Site, _ isTold: Bool) throws {
    try until("it is noted as told") {
      site.folder.text("state/postprocess/.findings.json").contains("configuration") == isTold
    }
  }

  @Test func `a finding is told once when it begins and once when it ends, over restarts`() throws {
    try open { site in
      try load(site, broken: true)
      try postprocess(site) {
        try until("it is told") { try heard(site).count == 1 }
        try untilNoted(site, true)
      }
      let first = try #require(try heard(site).first)
      #expect(first["change"] as? String == "begins")
      #expect(first["level"] as? String == "warning")
      #expect(first["kind"] as? String == "configuration")
      #expect(first["subject"] as? String == "")
      #expect((first["words"] as? [String])?.first?.contains("webhooks/erp.yaml:") == true)
      #expect((first["remedies"] as? [String])?.first?.contains("levelwind") == true)
      #expect((first["time"] as? String)?.hasSuffix("Z") == true)
      try postprocess(site) {
        try load(site, broken: false)
        try until("its end is told") { try heard(site).count == 2 }
        try untilNoted(site, false)
      }
      #expect(try heard(site).map { $0["change"] as? String } == ["begins", "ends"])
      try postprocess(site) {
        try load(site, broken: true)
        try until("it is told anew") { try heard(site).count == 3 }
      }
      #expect(try heard(site).last?["change"] as? String == "begins")
    }
  }

  @Test func `a program that fails is run again, and the log says why`() throws {
    try open { site in
      try site.folder.write("", to: "broken")
      try load(site, broken: true)
      try postprocess(site) {
        try until("it has failed") {
          site.folder.text("postprocess.log").contains("on_finding: ")
        }
        #expect(
          site.folder.text("postprocess.log").contains(
            "on_finding: \(site.folder("alert").path): exit status 1"))
        try FileManager.default.removeItem(at: site.folder("broken"))
        try until("it has heard it again") { try heard(site).count == 2 }
        try untilNoted(site, true)
      }
      #expect(Set(try heard(site).map { $0["change"] as? String }) == ["begins"])
    }
  }

  @Test func `a program has an absolute path`() throws {
    try Site.open(Sample.files) { site in
      try site.folder.write(
        site.folder.text("etc/levelwind.yaml") + "on_finding: [alert]\n", to: "etc/levelwind.yaml")
      let checked = try site.command("check", "--no-machine")
      #expect(checked.status == 1)
      #expect(
        checked.text.contains("on_finding: expected the absolute path of a program first"))
    }
  }
}
