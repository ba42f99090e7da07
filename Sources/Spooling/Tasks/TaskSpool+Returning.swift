import Bytes
import FoundationEssentials

extension TaskSpool {
  /// The claims whose owners didn't end them, and what became of their tasks.
  public struct Returned: Sendable, Equatable {
    /// The names of the tasks that are back in `new/`.
    public var returned: [String] = []
    /// The names of the tasks that are in `failed/`, after too many attempts.
    public var givenUp: [String] = []
    /// The errors of the tasks that could not be moved, and are still in `cur/`.
    public var problems: [TaskSpoolError] = []
  }

  /// Takes back the claims of drains that died, and those of foreign importers whose lease is over.
  ///
  /// Each counts as an attempt, so that a task that kills importers ends in `failed/`, too.
  ///
  /// - Parameters:
  ///   - maxAttempts: the number of attempts after which a task is given up.
  ///   - lease: how long a foreign importer's claim may last; nil for ever.
  ///   - now: the moment that a lease is compared with.
  /// - Returns: the tasks, and the errors of those that couldn't be moved.
  /// - Throws: `unusable` if `cur/` can't be listed.
  public func takeBack(
    maxAttempts: Int, lease: Duration?, now: Date
  ) throws(TaskSpoolError) -> Returned {
    var returned = Returned()
    for place in try places(in: .cur) where place.isDrains || lease != nil {
      // A file that isn't a task was put here by a person: leave it.
      guard let claim = try? hold(place) else { continue }
      let reason: String
      if place.isDrains {
        reason = "the drain that worked on it died"
      } else {
        guard let lease, now.timeIntervalSince(claim.file.renamed) >= lease.inSeconds else {
          claim.file.unlock()
          continue
        }
        reason = "an importer did not end its claim in time"
      }
      do throws(TaskSpoolError) {
        if try claim.countAttempt(reason, maxAttempts: maxAttempts) {
          returned.returned.append(place.name)
        } else {
          returned.givenUp.append(place.name)
        }
      } catch {
        // A task that can't be moved must not keep the others here.
        returned.problems.append(error)
      }
    }
    return returned
  }

  /// Removes records whose task is gone, as foreign importers leave them, and unfinished files of
  /// stopped processes.
  ///
  /// Only files that are older than a day are removed, since tasks move while they are looked for.
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
  /// Ends the claim with one more failed attempt. The next attempt may begin at once.
  ///
  /// - Returns: whether the task is in `new/`; otherwise it was given up.
  fileprivate func countAttempt(
    _ reason: String, maxAttempts: Int
  ) throws(TaskSpoolError) -> Bool {
    // The task came twice, and the other copy waits. This copy ends here, without an attempt
    // counted against the other.
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
