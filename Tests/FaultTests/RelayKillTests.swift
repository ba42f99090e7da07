import Foundation
import Testing

@testable import Harness

extension Kills {
  /// kill -9 of `levelwind-relay`.
  @Suite struct RelayKillTests {
    private static let relay = "\(Site.levelwind)-relay"

    /// Opens a spool with a relay to a server.
    private func open(
      _ path: String, _ more: String, _ test: (ImporterSite, HTTPTarget) throws -> Void
    ) throws {
      let target = try HTTPTarget()
      defer { target.stop() }
      try ImporterSite.open { site in
        let settings = site.folder.text("etc/levelwind.yaml")
        try site.folder.write(
          settings + "state: \(site.folder("state").path)\n", to: "etc/levelwind.yaml")
        try site.folder.write(
          "relay: {type: http, url: \"\(target.url(path))\", allow_private: [127.0.0.0/8], "
            + "back_off: 1ms, max_back_off: 1ms\(more)}\n", to: "etc/incoming/stock.yaml")
        try test(site, target)
      }
    }

    /// Whether no task is left. A kill may leave the record of a task's attempts, whole or not.
    private func isEmpty(_ site: ImporterSite) -> Bool {
      ["new", "cur", "retry", "failed"].allSatisfy { place in
        !site.names(place).contains { $0.hasSuffix(".json") || $0.hasSuffix(".drain") }
      }
    }

    private func arguments(_ site: ImporterSite) -> [String] {
      ["run", "--once", "--config", site.folder("etc").path]
    }

    @Test(
      .needs(.strace, toProve: "SIGKILL at each system call of the relay"),
      arguments: ["flock", "renameat2", "sendto", "recvfrom", "unlinkat", "write"])
    func `kill -9 at each call of the relay: each task arrives, and at most twice`(call: String)
      throws
    {
      // The first attempt at each task fails, so that retry/ is passed through, too.
      try open("/first/503", "") { site, target in
        var kills = 0
        for count in 1...200 {
          let ids = [try site.add("1"), try site.add("2")]
          let killed = try Tool.run(
            "strace",
            ["--follow-forks", "--trace=\(call)", "--inject=\(call):signal=KILL:when=\(count)"]
              + ["--output", "/dev/null", Self.relay] + arguments(site))
          while !isEmpty(site) {
            let again = try Tool.run(Self.relay, arguments(site))
            #expect([0, 75].contains(again.status), "\(again.errors)")
          }
          for id in ids {
            let arrived = target.requests.count { $0.id == id }
            // The first attempt is answered 503, and the kill may repeat one of the two.
            #expect((2...3).contains(arrived), "\(call) \(count): \(arrived) times")
          }
          if [0, 75].contains(killed.status) { break }
          kills += 1
        }
        #expect(kills > 0)
        #expect(kills < 200)
      }
    }

    @Test func `relays that are killed again and again lose nothing`() throws {
      let tasks = 1000
      try open("/ok", ", concurrency: 8") { site, target in
        let ids = Set(try (1...tasks).map { try site.add("\($0)") })
        var kills = 0
        while !isEmpty(site) {
          let relay = try Child(
            Self.relay, ["run", "--config", site.folder("etc").path],
            log: site.folder("relay.log"))
          let before = target.requests.count
          try until("it carries some on, or all are") {
            target.requests.count >= min(before + 50, tasks) || isEmpty(site)
          }
          relay.send(SIGKILL)
          _ = relay.wait()
          kills += 1
        }
        let arrived = target.requests.map(\.id)
        #expect(Set(arrived) == ids)
        #expect(arrived.count - tasks <= kills * 8)
        print("\(tasks) tasks, \(kills) kills of the relay, \(arrived.count - tasks) came twice")
      }
    }
  }
}
