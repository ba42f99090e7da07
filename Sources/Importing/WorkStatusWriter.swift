import Bytes
import FoundationEssentials
import Glibc
import Spooling

/// Keeps the status file of a process that works on tasks. A change is written within two seconds,
/// and the file every ten seconds at least. Work doesn't wait for it.
///
/// A process that may not write into the state directory, such as a drain that runs as an
/// importer's user, has no status file, which isn't an error. A second process of the same name at
/// the same time takes the name with `-2`, and so on.
public final class WorkStatusWriter: Sendable {
  private struct State {
    var status: WorkStatus
    var isChanged = true
  }
  private let state: Mutex<State>
  private let folder: String
  private let process: String
  private let rounds = Rounds("work-status")
  private static let interval = Duration.seconds(2)
  private static let longest = 10.0
  /// The most parts that are counted separately.
  private static let mostParts = 4_000
  /// The longest reason, in characters.
  private static let longestReason = 500

  /// Starts to keep the file, and goes on from the counts of an earlier process of this name.
  ///
  /// - Parameters:
  ///   - process: the file's name: `postprocess`, `drain-<incoming>`.
  ///   - folder: the state directory.
  public init(_ process: String, state folder: String) {
    let mine = getpid()
    let name = WorkStatus.names(of: process).first { name in
      guard let other = WorkStatus.read(name, state: folder) else { return true }
      return other.process == mine || !other.isRunning
    }
    let now = Date()
    self.folder = folder
    self.process = name ?? process
    let earlier = WorkStatus.read(self.process, state: folder)
    state = Mutex(
      State(
        status: WorkStatus(
          process: mine, started: now, written: now, ended: nil, since: earlier?.since ?? now,
          parts: earlier?.parts ?? [:])))
    writeIfDue()
    rounds.start(after: Self.interval) { [self] in
      writeIfDue()
      return Self.interval
    }
  }

  /// Counts the end of one attempt at one task. It is cheap, and any thread may call it.
  ///
  /// - Parameters:
  ///   - end: the end of the attempt.
  ///   - part: the identifier of the incoming configuration, or `<webhook>.<post-processor>`.
  ///   - now: the moment of the end.
  public func note(_ end: AttemptEnd, of part: String, at now: Date = Date()) {
    state.withLock { state in
      guard state.status.parts[part] != nil || state.status.parts.count < Self.mostParts else {
        return
      }
      state.status.parts[part, default: WorkStatus.Part()].note(
        end, at: now, longest: Self.longestReason)
      state.isChanged = true
    }
  }

  /// The status at the moment.
  public var status: WorkStatus { state.withLock { $0.status } }

  /// Writes that the process has ended, and nothing afterwards.
  public func stop() {
    rounds.stop(within: nil)
    state.withLock { state in
      state.status.ended = Date()
      state.isChanged = true
    }
    writeIfDue()
  }

  private func writeIfDue() {
    let now = Date()
    let status = state.withLock { state -> WorkStatus? in
      let age = now.timeIntervalSince(state.status.written)
      guard state.isChanged || age < 0 || age >= Self.longest else { return nil }
      state.isChanged = false
      state.status.written = now
      return state.status
    }
    // Where the file can't be written, there is just no status.
    try? status?.write(process, state: folder)
  }
}

extension WorkStatus.Part {
  fileprivate mutating func note(_ end: AttemptEnd, at now: Date, longest: Int) {
    switch end {
    case .done:
      done += 1
      lastDone = now
      failing = nil
    case .deferred(let reason), .failed(let reason):
      if case .failed = end { failed += 1 } else { deferred += 1 }
      let line = String(reason.reasonLine.prefix(longest))
      failing = WorkStatus.Failing(since: failing?.since ?? now, last: now, reason: line)
    }
  }
}
