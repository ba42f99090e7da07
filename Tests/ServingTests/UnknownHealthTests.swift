import Foundation
import Spooling
import Testing

@testable import Serving

/// The report when not everything could be seen.
@Suite struct UnknownHealthTests {
  @Test func `what was changed on disk is named, while there is a responder to load it`() {
    let files = (1...7).map { "webhooks/\($0).yaml" }
    func found(isRunning: Bool) -> [Finding] {
      Health(limits: HealthLimits()).findings(
        Samples.status(), work: [:], isRunning: isRunning, unloaded: files, at: Samples.now)
    }
    #expect(found(isRunning: true).map(\.level) == [.warning])
    #expect(found(isRunning: true).first?.remedy == "levelwind reload")
    #expect(found(isRunning: true).first?.words.hasSuffix("webhooks/5.yaml, and 2 more") == true)
    #expect(found(isRunning: false).map(\.kind) == [.responder])
  }

  @Test func `what could not be looked at is unknown, never well`() {
    let limits = HealthLimits()
    func report(_ barrier: String? = nil, _ change: (inout StatusFile) -> Void = { _ in })
      -> StatusReport
    {
      StatusReport(
        status: Samples.status(change), work: [:], isRunning: true, barrier: barrier,
        limits: limits,
        at: Samples.now)
    }
    #expect(report().exitCode == 0)
    let blind = report("/var/lib/levelwind/status")
    #expect(blind.exitCode == 3 && blind.findings.isEmpty)
    #expect(
      blind.line(limits: limits, at: Samples.now).contains(
        "UNKNOWN - user \(SystemUser.name) may not look"))
    func start(_ status: inout StatusFile) {
      status.started = Samples.now - 1
      status.loaded = status.started
      status.spools = [:]
    }
    let early = report(nil, start)
    #expect(early.exitCode == 3)
    // The same holds after a slow start.
    #expect(
      report(nil) {
        start(&$0)
        $0.started = Samples.now - 9
      }.exitCode == 3)
    #expect(
      early.line(limits: limits, at: Samples.now).contains("UNKNOWN - not looked into yet: stock |")
    )
    #expect(early.text(at: Samples.now).contains("Not looked into yet: stock"))
    #expect(!early.text(at: Samples.now).contains("All is well"))
    // Known problems count all the same.
    #expect(
      report(nil) {
        start(&$0)
        $0.distrust = ["EIO"]
      }.exitCode == 2)
    // A spool that a reload has added is looked into within seconds.
    #expect(
      report(nil) {
        $0.spools = [:]
        $0.generation = 2
        $0.loaded = Samples.now - 5
      }.exitCode == 0)
    #expect(
      report(nil) {
        $0.spools = [:]
        $0.generation = 2
        $0.loaded = Samples.now - 15
      }.exitCode == 3)
  }
}
