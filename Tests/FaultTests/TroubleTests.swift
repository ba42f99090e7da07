import Foundation
import Testing

@testable import Harness

extension Faults {
  /// One spool's own file system is in trouble, and another's isn't.
  @Suite struct TroubleTests {
    @Test(
      .needs(.ext4, toProve: "that a spool in trouble holds up no other"),
      arguments: Trouble.allCases)
    func `the other is served as before, its own are kept or refused, and come without a restart`(
      _ trouble: Trouble
    ) throws {
      try Image.open(.ext4, megabytes: 16) { image in
        try Station.open(.smallLog, faults: [], image: image) { station in
          defer { try? image.thaw() }
          var numbers = Numbers()
          let before = try Self.deliverOneByOne(&numbers, to: station)
          try Self.expectPublished(station, numbers)
          // Some deliveries were acknowledged before, some are on their way, some come afterwards.
          let load = Load(to: station, senders: 4, from: 100_000)
          defer { load.stop() }
          try until("some are acknowledged") { load.acknowledged.count >= 20 }
          try trouble.begin(station, image)
          try until("what the log has no room for is refused") {
            load.count { $0.status == 503 } >= 20
          }
          load.stop()
          #expect(Set(load.outcomes.map(\.status)) == [200, 503])

          // The spool's share of the log is used up. All are refused at once, within one deadline.
          let begun = ContinuousClock.now
          for number in 200_000..<200_020 {
            let answer = try station.deliver(number, to: Station.audit)
            #expect(answer.status == 503 && answer.hasRetryAfter)
          }
          #expect(.now - begun < .seconds(20))
          // Deliveries that need both spools are refused, too. Those for the other spool alone are
          // taken.
          #expect(try station.deliver(200_020).status == 503)
          let during = try Self.deliverOneByOne(&numbers, to: station)
          #expect(during < max(before, .milliseconds(200)) * 20)

          try trouble.end(station, image)
          numbers.stock += load.acknowledged
          numbers.audit += load.acknowledged
          try Self.expectPublished(station, numbers)
          try until("deliveries are taken again") {
            numbers.last += 1
            guard try station.deliver(numbers.last).status == 200 else { return false }
            numbers.stock.append(numbers.last)
            numbers.audit.append(numbers.last)
            return true
          }
          #expect(station.stop() == 0)
          try Self.expectPublished(station, numbers)
          #expect(try Self.namesAside(station) == [])
        }
      }
    }

    @Test(.needs(.ext4, toProve: "what SIGTERM does while a file system is frozen"))
    func `SIGTERM while one is frozen: the end is waited for as promised, and nothing is lost`()
      throws
    {
      try Image.open(.ext4, megabytes: 16) { image in
        try Station.open(.log, image: image, settings: "deadline: 2s") { station in
          defer { try? image.thaw() }
          try image.freeze()
          for number in 0..<20 { #expect(try station.deliver(number).status == 200) }
          let checker = Checker(station, spools: ["stock"])
          try until("the other spool's are there") {
            try checker.findings(acknowledged: 0..<20).isEmpty
          }
          let responder = try #require(station.responder)
          responder.send(SIGTERM)
          try until("it has done what it can") {
            station.folder.text("log/responder.log").contains("\"stopped\"")
          }
          // The kernel holds a process that waits for a frozen file system until it is thawed.
          try image.thaw()
          #expect(responder.wait() == 0)
          try station.start()
          try Self.expectPublished(station, Numbers(stock: Array(0..<20), audit: Array(0..<20)))
          #expect(station.stop() == 0)
        }
      }
    }

    @Test(.needs(.ext4, toProve: "that limits hold while a spool is frozen"))
    func `a limit of 30 tasks holds while the spool is frozen`() throws {
      try Image.open(.ext4, megabytes: 16) { image in
        try Station.open(.log, image: image, importing: "audit") { station in
          defer { try? image.thaw() }
          try station.folder.write(
            "name: Audit\nlimits: {tasks: 30}\n", to: "etc/incoming/audit.yaml")
          station.stop()
          try station.start()
          try image.freeze()
          var numbers = try (0..<40).filter {
            try station.deliver($0, to: Station.audit).status == 200
          }
          #expect(numbers.count == 30)
          // None of them lies in the spool.
          try Self.waitForLooks(into: station)
          numbers += try (40..<80).filter {
            try station.deliver($0, to: Station.audit).status == 200
          }
          #expect(numbers.count == 30)
          try image.thaw()
          try Self.expectPublished(station, Numbers(audit: numbers))
          #expect(station.stop() == 0)
        }
      }
    }

    /// The numbers of the acknowledged deliveries, by spool.
    struct Numbers {
      var stock: [Int] = []
      var audit: [Int] = []
      var last = 0
    }

    /// Sends 20 deliveries, each when the one before is in its spool.
    ///
    /// - Returns: the time that it took.
    private static func deliverOneByOne(
      _ numbers: inout Numbers, to station: Station
    ) throws -> Duration {
      let checker = Checker(station, spools: ["stock"])
      let begun = ContinuousClock.now
      for _ in 1...20 {
        numbers.last += 1
        #expect(try station.deliver(numbers.last, to: Station.stock).status == 200)
        numbers.stock.append(numbers.last)
        try until("\(numbers.last) is in the healthy spool") {
          try checker.findings(acknowledged: [numbers.last]).isEmpty
        }
      }
      return .now - begun
    }

    /// Waits until all spools were looked into: two rounds have come by the other spool.
    private static func waitForLooks(into station: Station) throws {
      let client = try FastCGIClient(path: station.socket)
      for round in 1...2 {
        #expect(try station.deliver(1_000 + round, to: Station.stock).status == 200)
        try until("a look has found it") {
          try client.get("/metrics").text.contains(
            #"levelwind_spool_tasks{incoming="stock",place="new"} \#(round)"#)
        }
      }
    }

    private static func expectPublished(_ station: Station, _ numbers: Numbers) throws {
      for (spool, acknowledged) in [("stock", numbers.stock), ("audit", numbers.audit)] {
        let checker = Checker(station, spools: [spool])
        var findings: [String] = []
        try until("all are in \(spool): \(findings.prefix(3))", seconds: 60) {
          findings = try checker.findings(acknowledged: acknowledged)
          return findings.isEmpty
        }
        #expect(try checker.names(in: spool, "tmp") == [])
      }
    }

    private static func namesAside(_ station: Station) throws -> [String] {
      let aside = FileManager.default.enumerator(
        atPath: station.state.appending(path: "wal/aside").path)
      return (aside?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".json") }
    }
  }
}
