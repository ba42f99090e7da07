import Foundation

extension TaskSpool {
  /// What became of the claims that somebody left.
  public struct Returned: Sendable, Equatable {
    /// Back in `new/`, by name.
    public var returned: [String] = []
    /// In `failed/`, after too many attempts, by name.
    public var givenUp: [String] = []
    /// What could not be moved, and lies in `cur/` still.
    public var problems: [TaskSpoolError] = []
  }

  /// Takes back the claims of drains that died, and those of foreign importers whose lease is over,
  /// with an attempt counted for each: what kills importers ends in `failed/`, too.
  ///
  /// - Parameters:
  ///   - maxAttempts: as many attempts and a task is given up.
  ///   - lease: how long a foreign importer's claim may last; nil for ever.
  public func takeBack(
    maxAttempts: Int, lease: Duration?, now: Date
  ) throws(TaskSpoolError) -> Returned {
    var returned = Returned()
    for place in try places(in: .cur) where place.isDrains || lease != nil {
      // Somebody's file that is no task can stay here.
      guard let claim = try? hold(place) else { continue }
      let reason: String
      if place.isDrains {
        reason = "the drain that worked on it died"
      } else {
        guard let lease, now.timeIntervalSince(claim.file.renamed) >= lease.inSeconds else {
          claim.file.unlock()
          continue
        }
        reason = "an importer's claim of it was not ended in time"
      }
      do throws(TaskSpoolError) {
        if try claim.countAttempt(reason, maxAttempts: maxAttempts) {
          returned.returned.append(place.name)
        } else {
          returned.givenUp.append(place.name)
        }
      } catch {
        // One that can't be moved must not keep the others.
        returned.problems.append(error)
      }
    }
    return returned
  }

  /// Removes records whose task is gone, as a foreign importer leaves them, and files that a process
  /// was stopped while writing; those older than a day, since tasks move while they are looked for.
  public func sweepRecords(now: Date) throws(TaskSpoolError) {
    for state in [TaskState.retry, .failed] {
      let directory = directory(state)
      let names: [String]
      do { names = try directory.names() } catch {
        throw .unusable(path: "\(path)/\(state.rawValue)", error)
      }
      let present = Set(names)
      for name in names where !TaskName.isTask(name) {
        guard isStray(name, in: state, beside: present),
          let file = try? TaskFile(name, in: directory),
          now.timeIntervalSince(file.renamed) > 86_400
        else { continue }
        try? directory.unlink(name)
      }
    }
  }

  private func isStray(_ name: String, in state: TaskState, beside present: Set<String>) -> Bool {
    if name.hasPrefix(".") { return name.contains(".json.") }
    guard state == .retry, name.hasSuffix(".json.retry") else { return false }
    let task = String(name.dropLast(".retry".count))
    return !present.contains(task) && !directory(.new).contains(task)
      && !directory(.cur).contains(task) && !directory(.cur).contains(TaskName.claimed(task))
  }
}

extension Claim {
  /// Ends the claim with one more attempt that failed, to begin anew at once.
  ///
  /// - Returns: whether the task is in `new/`; else it was given up.
  fileprivate func countAttempt(
    _ reason: String, maxAttempts: Int
  ) throws(TaskSpoolError) -> Bool {
    // It came twice, and the other one waits: it ends here, and no attempt is counted against that one.
    if spool.directory(.new).contains(place.name) {
      try release()
      return true
    }
    var record = record ?? RetryRecord()
    record.attempts += 1
    record.reason = reason
    record.due = nil
    if record.attempts >= maxAttempts {
      try giveUp("\(reason), after \(record.attempts) attempts")
      return false
    }
    try release(record)
    return true
  }
}

extension Duration {
  /// In seconds and parts of them.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
