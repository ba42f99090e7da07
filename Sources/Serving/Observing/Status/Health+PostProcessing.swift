import FoundationEssentials
import Spooling

extension Health {
  /// Finds post-processing that fails, records that were given up or that nobody works on, and a
  /// process that was killed.
  func postprocessing(
    _ status: StatusFile, _ work: [String: WorkStatus], at now: Date
  ) -> [Finding] {
    let work = work.filter { $0.key.hasPrefix("postprocess") }.sorted { $0.key < $1.key }
    let parts = work.flatMap { $0.value.parts }.filter { status.isConfigured(records: $0.key) }
    let failing = parts.sorted { $0.key < $1.key }.compactMap { self.failing($0, $1, at: now) }
    let told = Set(failing.map(\.subject))
    let records = status.records.sorted { $0.key < $1.key }.flatMap { name, look in
      guard status.isConfigured(records: name) else {
        return [left(name, look, status)].compactMap { $0 }
      }
      let waiting = told.contains(name) ? nil : old(records: name, look, at: now)
      return [givenUp(name, look, status), waiting].compactMap { $0 }
    }
    return work.compactMap { gone($0.key, $0.value) } + failing + records
  }

  private func gone(_ name: String, _ status: WorkStatus) -> Finding? {
    if status.ended != nil || status.isRunning { return nil }
    return Finding(
      .warning, .postprocess, of: name,
      "levelwind postprocess died",
      remedy: .askPostProcessing)
  }

  private func failing(_ name: String, _ part: WorkStatus.Part, at now: Date) -> Finding? {
    guard let failing = part.failing else { return nil }
    let age = Duration.seconds(now.timeIntervalSince(failing.since))
    return limits.postprocess.level(age).map { level in
      Finding(
        level, .postprocess, of: name,
        "post-processing of \(name) has been failing for \(age.words): \(failing.reason)",
        remedy: .askPostProcessing)
    }
  }

  private func givenUp(_ name: String, _ look: SpoolLook, _ status: StatusFile) -> Finding? {
    limits.failed.level(look.failed).map { level in
      Finding(
        level, .postprocess, of: name,
        "post-processing of \(name): \(look.failed.counted("record")) given up",
        remedy: .retryRecords(in: status.folder(ofRecords: name)))
    }
  }

  private func old(records name: String, _ look: SpoolLook, at now: Date) -> Finding? {
    oldest(look, of: "record", at: now).map { level, words in
      Finding(
        level, .postprocess, of: name, "post-processing of \(name): \(words)",
        remedy: .askPostProcessing)
    }
  }

  /// Finds the records of a post-processor that was renamed, or taken out of the configuration.
  private func left(_ name: String, _ look: SpoolLook, _ status: StatusFile) -> Finding? {
    let count = look.waiting + look.failed
    if count == 0 { return nil }
    return Finding(
      .warning, .postprocess, of: name,
      "nobody works on \(count.counted("record")) of \(name): no webhook has this post-processor",
      remedy: .dropRecords(in: status.folder(ofRecords: name)))
  }

}

extension StatusFile {
  fileprivate func folder(ofRecords name: String) -> String {
    "\(state)/\(SpoolID.recordsFolder)/\(name)"
  }

  /// Whether a post-processor works on the records in the spool `<webhook>.<post-processor>`. True
  /// for a broken webhook too, since its post-processors aren't known.
  func isConfigured(records name: String) -> Bool {
    guard case .records(let identifier, let postProcessor)? = SpoolID(recordsIn: name),
      let webhook = configured[identifier]
    else { return false }
    return webhook.state == "broken" || webhook.postProcessors.contains(postProcessor)
  }
}
