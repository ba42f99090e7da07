import Foundation
import Testing

@testable import Harness

/// Debian 13: the package of Debian 12 in a booted machine, with Debian 13's systemd, nginx,
/// libfcgi and libjq.
@Suite(.needs(.trixie, toProve: "that the package works on Debian 13")) struct TrixieSlowTests {
  @Test func `a shop's webhook on Debian 13, as the README says`() throws {
    try Machine.open(from: DebianTree.trixie.get()) { machine in
      #expect(machine.text("/etc/os-release").contains("VERSION_CODENAME=trixie"))
      try StoryTests().followServer(on: machine)
      for unit in [
        "levelwind.socket", "levelwind.service", "levelwind-postprocess.service",
        "levelwind-keys.timer",
      ] { try machine.untilUnit(unit) }
      #expect(try machine.run("systemctl", "--failed", "--no-legend").text == "")
      // systemd takes every line of the units, and the sandbox is as tight as on Debian 12.
      let verified = try machine.run(
        "bash", "-c",
        "systemd-analyze verify --man=no levelwind.service levelwind-keys.service levelwind-postprocess.service 2>&1"
      )
      #expect(!verified.text.contains("levelwind"), "\(verified.text)")
      let exposure = try machine.run("systemd-analyze", "security", "levelwind.service").text
      let level = try #require(
        exposure.firstMatch(of: /exposure level for levelwind.service: ([0-9.]+)/))
      #expect(try #require(Double(level.output.1)) <= 0.5, "\(level.output.0)")
      // The sandbox lets the program do what a delivery needs, after a restart as well.
      try machine.shell("systemctl restart levelwind")
      let refused = try machine.send("/webhook/shop", "{}")
      #expect(refused.status == 401)
      #expect(isUUID(refused.json["delivery"]))
      try machine.shell("dpkg --purge levelwind 2>&1 </dev/null")
      #expect(!FileManager.default.fileExists(atPath: machine.file("/usr/bin/levelwind").path))
    }
  }

  /// A filter that libjq 1.6 and 1.7 read in two ways, as levelwind-incoming(5) says.
  struct Filter: Sendable {
    let text: String
    /// Whether it wants the delivery; nil if it is an error of the configuration.
    let debian12: Bool?
    let debian13: Bool?
  }

  static let filters = [
    Filter(text: ".data.body.n == 100000000000000000001", debian12: true, debian13: false),
    Filter(text: ".data.body.n == 100000000000000000000", debian12: true, debian13: true),
    Filter(text: ".data.body.m | tostring == \"1.000\"", debian12: false, debian13: true),
    Filter(text: "if .data.body.n then true end", debian12: nil, debian13: true),
    Filter(text: ".data.body | pick(.n) | has(\"n\")", debian12: nil, debian13: true),
    Filter(text: "[limit(0; 1, 2)] == []", debian12: false, debian13: true),
    Filter(text: ".data.body.n == 1e20", debian12: true, debian13: true),
  ]

  @Test func `filters mean on Debian 13 what the manual says`() throws {
    let message =
      "POST /webhook/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      + "Content-Length: 39\r\n\r\n" + #"{"n":100000000000000000000,"m":1.000}  "#
    func verdict(_ run: ([String]) throws -> Tool.Result) throws -> Bool? {
      let said = try run(["explain", "a", "--json"])
      guard said.status == 0,
        let object = try JSONSerialization.jsonObject(with: Data(said.output)) as? [String: Any],
        let tasks = object["tasks"] as? [Any]
      else { return nil }
      return !tasks.isEmpty
    }
    let manual = try Manual.pages().first { $0.name == "levelwind-incoming.5.md" }?.text ?? ""
    try Machine.open(from: DebianTree.trixie.get()) { machine in
      try machine.install()
      for filter in Self.filters {
        let files = [
          "incoming/a.yaml": "filter: '\(filter.text)'\n",
          "webhooks/a.yaml": "incoming: a\npre_processors: []\n", "levelwind.yaml": "",
        ]
        let folder = try Folder(named: "filters")
        for (name, text) in files {
          try folder.write(text, to: name)
          try machine.write(text, to: "/root/etc/\(name)")
        }
        let here = try verdict {
          try Tool.run(
            Site.levelwind, $0 + ["--config", folder.path], input: Array(message.utf8))
        }
        let there = try verdict {
          try Tool.run(
            Machine.script,
            ["--enter", machine.initID, "levelwind"] + $0 + ["--config", "/root/etc"],
            input: Array(message.utf8))
        }
        #expect(here == filter.debian12, "\(filter.text)")
        #expect(there == filter.debian13, "\(filter.text)")
        if filter.debian12 != filter.debian13 {
          #expect(manual.contains(filter.text), "\(filter.text)")
        }
      }
    }
  }
}
