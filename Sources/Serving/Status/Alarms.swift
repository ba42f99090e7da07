import Foundation
import Logging

/// Logs, once each time that it happens, that a webhook is silent that should be heard of, and that its
/// sender has been refused with 503 for a while; and that this is over.
struct Alarms {
  private var raised: [String: Finding] = [:]

  mutating func update(_ file: StatusFile, at now: Date, log: Logger) {
    let findings = Health(limits: HealthLimits()).webhooks(file, at: now)
      .filter { $0.kind == .silence || $0.kind == .sender }
    let current = Dictionary(
      findings.map { ("\($0.kind) \($0.subject)", $0) }, uniquingKeysWith: { first, _ in first })
    for (key, finding) in current.sorted(by: { $0.key < $1.key }) where raised[key] == nil {
      log.error(finding.kind.message, metadata: finding.fields)
    }
    for (key, finding) in raised.sorted(by: { $0.key < $1.key }) where current[key] == nil {
      log.info(
        "this is over", metadata: ["webhook": "\(finding.subject)", "what": "\(finding.words)"])
    }
    raised = current
  }
}

extension Finding {
  fileprivate var fields: Logger.Metadata {
    ["webhook": "\(subject)", "reason": "\(words)", "remedy": "\(remedy)"]
  }
}

extension Finding.Kind {
  fileprivate var message: Logger.Message {
    self == .silence
      ? "webhook is silent, against its expect_every" : "deliveries have been refused for a while"
  }
}
