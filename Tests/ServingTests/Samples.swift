import Foundation
import Spooling
import Webhooks

@testable import Serving

/// The status of a responder when all is well.
enum Samples {
  static let now = Date(timeIntervalSince1970: 1_800_000_000)

  static func status(_ change: (inout StatusFile) -> Void = { _ in }) -> StatusFile {
    var status = StatusFile(
      process: getpid(), version: "1", started: now - 3600, written: now, generation: 1,
      state: "/state", loaded: now - 3600, problems: [],
      files: ConfigurationStamps(of: "/nowhere"), base: "https://hooks.example.org",
      configured: ["erp": webhook()], webhooks: ["erp": WebhookActivity()],
      spools: ["stock": SpoolLook()], spoolProblems: [], records: ["erp.http": SpoolLook()],
      distrust: [],
      disks: [DiskSpace(path: "/spool", bytes: 100 << 30, inodes: 1_000_000)],
      floors: Floors(bytes: 1 << 30, inodes: 10_000), log: WALStatus(),
      unpublished: [:], fileSystems: [:], unconfigured: [], unknown: 0, droppedLogEntries: 0,
      history: StatusFile.History())
    status.log.isInUse = true
    change(&status)
    return status
  }

  static func webhook(
    state: String = "active", expectEvery: Double? = nil, secrets: [(String, Date?)] = []
  ) -> LoadedWebhook {
    LoadedWebhook(
      state: state, name: "ERP Stock", url: nil, incoming: ["stock"], postProcessors: ["http"],
      expectEvery: expectEvery,
      secrets: secrets.map {
        LoadedWebhook.Secret(name: $0.0, list: "pre_processors[0].secrets", notAfter: $0.1)
      })
  }

  static func work(failingFor seconds: TimeInterval?, ended: Date? = nil) -> WorkStatus {
    var part = WorkStatus.Part()
    part.done = 5
    part.failing = seconds.map { .init(since: now - $0, last: now, reason: "status 500") }
    return WorkStatus(
      process: getpid(), started: now, written: now, ended: ended, since: now,
      parts: ["erp.http": part])
  }
}
