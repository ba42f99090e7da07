import Foundation
import Testing

@testable import Harness

extension Faults {
  /// The history's own file system is in trouble, or the one that it shares with the spools is
  /// nearly full. Deliveries go on as they would without a history.
  @Suite struct HistoryFaultTests {
    /// Runs a test with a responder that keeps its history on a file system of its own.
    private static func open(_ test: (Station, Image) throws -> Void) throws {
      try Image.open(.ext4, megabytes: 32) { image in
        try Station.open(.log, settings: "deadline: 4s", keepsHistory: true) { station in
          station.stop()
          try image.move(to: station.state.appending(path: "history"))
          defer { try? image.unmount() }
          try station.start()
          defer {
            try? image.thaw()
            station.stop()
          }
          try test(station, image)
        }
      }
    }

    @Test(
      .needs(.ext4, toProve: "that a history in trouble holds up nothing"),
      arguments: [Trouble.frozen, .readOnly, .full])
    func `its file system is in trouble: deliveries go on, and it goes on when that is mended`(
      _ trouble: Trouble
    ) throws {
      try Self.open { station, image in
        try trouble.begin(station, image)
        let load = Load(to: station, senders: 4)
        defer { load.stop() }
        try until("deliveries go on") { load.acknowledged.count >= 400 }
        if trouble != .frozen {
          try until("what is not kept is told") {
            try station.run("health").text.contains("deliveries are not kept in the history")
          }
        }
        // Nobody waits for a file system that hangs: neither a reload nor the status.
        #expect(try station.run("reload").status == 0)
        load.stop()
        #expect(load.outcomes.allSatisfy { $0.status == 200 })
        try trouble.end(station, image)
        let after = 1_000_000
        try until("a delivery is kept again") {
          #expect(try station.deliver(after).status == 200)
          return try !station.kept("--text", "\(after)").isEmpty
        }
        #expect(station.stop() == 0)
        let checker = Checker(station, resent: [after], mayRepeat: true)
        #expect(try checker.findings(acknowledged: load.acknowledged + [after]) == [])
        try station.expectHistory(of: load.acknowledged.count)
      }
    }

    @Test(.needs(.ext4, toProve: "that the history makes room first"))
    func `near min_free, the oldest days go under load, and no delivery is refused`() throws {
      try Image.open(.ext4, megabytes: 512) { image in
        // The history makes room below 144 MiB.
        let settings = "min_free: 64MiB"
        try Station.open(
          .log, disk: image.root, settings: settings, keepsHistory: true
        ) { station in
          let days = ["2026-01-01", "2026-01-02", "2026-01-03"]
          // The writer reads the newest part, which is to be one of its own.
          #expect(try station.deliver(0).status == 200)
          try until("a part is begun") { !station.days.isEmpty }
          try station.makeDays(days, megabytes: 60)
          let load = Load(to: station, senders: 4, from: 1)
          defer { load.stop() }
          try until("deliveries go on") { load.acknowledged.count >= 50 }
          #expect(station.days.isSuperset(of: days))
          // 40 MiB are missing now: the first day is enough.
          try image.takeAtOnce(leaving: 104 << 20)
          try until("the oldest day is removed") { !station.days.contains(days[0]) }
          let before = load.acknowledged.count
          try until("deliveries go on") { load.acknowledged.count >= before + 200 }
          load.stop()
          #expect(load.outcomes.allSatisfy { $0.status == 200 })
          #expect(station.days.isSuperset(of: days.dropFirst()))
          #expect(station.stop() == 0)
          let checker = Checker(station, mayRepeat: true)
          #expect(try checker.findings(acknowledged: load.acknowledged) == [])
        }
      }
    }

    @Test(.needs(.ext4, toProve: "that a full disk with a history is one without"))
    func `a full disk that the history is on, too: 503, and both are fine again with room`() throws
    {
      try Image.open(.ext4, megabytes: 32) { image in
        try Station.open(
          .smallLog, disk: image.root, settings: "deadline: 4s", keepsHistory: true
        ) { station in
          #expect(try station.deliver(0).status == 200)
          try image.fill()
          let load = Load(to: station, senders: 4, from: 1)
          defer { load.stop() }
          try until("refusals") { load.count { $0.status == 503 } >= 20 }
          #expect(station.responder?.isRunning == true)
          try image.empty()
          let before = load.acknowledged.count
          try until("deliveries are taken again") { load.acknowledged.count >= before + 20 }
          load.stop()
          #expect(load.count { $0.status != 200 && $0.status != 503 } == 0)
          #expect(load.count { $0.status == 503 && !$0.hasRetryAfter } == 0)
          let after = 1_000_000
          try until("a delivery is kept again") {
            #expect(try station.deliver(after).status == 200)
            return try !station.kept("--text", "\(after)").isEmpty
          }
          let checker = Checker(station, resent: [after], mayRepeat: true)
          let acknowledged = [0, after] + load.acknowledged
          try until("all are published") {
            try checker.findings(acknowledged: acknowledged).isEmpty
          }
          #expect(station.stop() == 0)
          try station.expectHistory(of: acknowledged.count)
        }
      }
    }

    @Test(
      .needs(.ext4, toProve: "how much of the history a power cut takes"),
      .needs(.strace, toProve: "how much of the history a power cut takes"))
    func `what was flushed a second behind the answer outlasts a power cut`() throws {
      try Self.open { station, image in
        for number in 0..<20 { #expect(try station.deliver(number).status == 200) }
        try until("they are written") { try station.kept().count == 20 }
        let process = RunningProcess(pid: try #require(station.responder?.pid))
        let writer = try #require(process.threads.first { $0.name == "history" })
        let strace = try Strace(
          ["--trace=syncfs"], to: ["--attach", writer.id], in: station.folder)
        // The flush of the first ones may be over, so another is brought about.
        #expect(try station.deliver(20).status == 200)
        try until("the history is flushed") { strace.lines.contains { $0.hasSuffix("= 0") } }
        strace.stop()
        try image.cutPower()
        station.stop()
        try image.unmount()
        try image.mount()
        try station.start()
        #expect(try station.kept().count >= 20)
        #expect(try station.deliver(21).status == 200)
        try until("it goes on") { try station.kept("--text", "21").count == 1 }
        try station.expectHistory(of: 22)
      }
    }
  }
}

extension Station {
  /// Runs a command over this configuration.
  func run(_ arguments: String...) throws -> Tool.Result {
    try Tool.run(Self.program("levelwind"), arguments + ["--config", folder("etc").path])
  }

  /// Returns the lines of `delivery list` for accepted deliveries.
  fileprivate func kept(_ arguments: String...) throws -> [Substring] {
    let found = try Tool.run(
      Self.program("levelwind"),
      [
        "delivery", "list", "--json", "--limit", "100000", "--time", "1m", "--verdict", "accepted",
        "--config", folder("etc").path,
      ] + arguments)
    return found.text.split(separator: "\n")
  }

  private var shelf: URL { state.appending(path: "history/both") }

  /// The days that the history of the webhook has parts of.
  fileprivate var days: Set<String> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: shelf.path)) ?? []
    return Set(names.map { String($0.prefix(10)) })
  }

  /// Puts closed parts of this size into the history, one for each day.
  fileprivate func makeDays(_ days: [String], megabytes: Int) throws {
    try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
    for day in days {
      // Nothing reads it before it is removed.
      try Data(repeating: 1, count: megabytes << 20).write(
        to: shelf.appending(path: "\(day)-0001.packed"))
    }
  }
}
