import Foundation
import Testing

@testable import Harness

extension Faults {
  /// The administrator's signals under load, through nginx. nginx's retry on a kept connection that
  /// has just been closed is part of the promise.
  @Suite struct RestartTests {
    @Test(arguments: [SIGTERM, SIGHUP])
    func `20 times under load, no request is lost or answered 5xx`(_ signal: Int32) throws {
      try Site.open { site in
        site.stop()
        try site.startOnHeldSocket()
        let importer = Self.importer(of: site)
        defer { importer.stop() }
        var crowds: [Crowd] = []
        var sent = 0
        func startCrowd() throws {
          crowds.append(try Crowd(sent..<(sent + 400), atOnce: 8, to: site))
          sent += 400
        }
        func finished() -> Int {
          site.settle()
          return importer.runs.count
        }
        try startCrowd()
        for _ in 1...20 {
          let before = finished()
          if before >= sent - 200 { try startCrowd() }
          try until("something is finished") { finished() >= before + 10 }
          try Self.send(signal, to: site)
        }
        for crowd in crowds {
          let statuses = try crowd.statuses()
          #expect(statuses.count == 400)
          #expect(statuses.filter { $0.value != 200 } == [:])
        }
        try until("all are finished") { Set(importer.runs.map(\.number)) == Set(0..<sent) }
        #expect(site.stop() == 0)
        importer.stop()
        // What was finished never comes again after a clean end.
        #expect(importer.repeated == [:])
        #expect(importer.partial == [])
      }
    }

    private static func importer(of site: Site) -> Importer {
      Importer(of: "stock", in: site.folder("spool")) { Crowd.number(ofTask: $0) }
    }

    /// Sends a signal, and waits for its effect.
    private static func send(_ signal: Int32, to site: Site) throws {
      let process = try #require(pid_t(site.folder.text("responder.pid")))
      let generation = Self.generation(of: site)
      kill(process, signal)
      try until("the signal has its effect") {
        signal == SIGHUP
          ? Self.generation(of: site) > generation
          : site.folder.text("responder.pid") != "\(process)"
      }
    }

    private static func generation(of site: Site) -> Int {
      let status = try? JSONSerialization.jsonObject(
        with: Data(contentsOf: site.folder("state/status/serve.json")))
      return (status as? [String: Any])?["generation"] as? Int ?? 0
    }

    @Test func `stopped for 3 s under load, it answers what has queued up afterwards`() throws {
      try Site.open { site in
        let importer = Self.importer(of: site)
        defer { importer.stop() }
        let crowd = try Crowd(0..<400, atOnce: 32, to: site)
        // A stopped responder publishes nothing, so what is finished, in tmp/ and in new/ counts.
        func stored() -> Int {
          ["tmp", "new"].reduce(importer.runs.count) {
            $0 + site.folder.names(in: "spool/stock/\($1)").count
          }
        }
        try until("something is stored") { stored() >= 20 }
        let responder = try #require(site.responder)
        responder.send(SIGSTOP)
        Thread.sleep(forTimeInterval: 3)
        let before = stored()
        responder.send(SIGCONT)
        let statuses = try crowd.statuses()
        #expect(before < 400, "it was over before it was stopped")
        #expect(statuses.count == 400)
        #expect(statuses.filter { $0.value != 200 } == [:])
        try until("all are finished") { Set(importer.runs.map(\.number)) == Set(0..<400) }
        #expect(importer.repeated == [:])
      }
    }
  }
}
