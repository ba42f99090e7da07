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
  fileprivate struct State {
    var status: WorkStatus
    var isChanged = true
    /// How many were finished at moments of the last minute, the first moment first.
    var marks: [(at: ContinuousClock.Instant, done: [String: Int])] = []
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
  ///   - process: the file's name: `postprocess`, `relay`, `drain-<incoming>`.
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
    var parts = earlier?.parts ?? [:]
    // What an earlier process knew of the other side may have changed.
    for name in parts.keys { parts[name]?.outage = nil }
    state = Mutex(
      State(
        status: WorkStatus(
          process: mine, started: now, written: now, ended: nil, since: earlier?.since ?? now,
          parts: parts)))
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
  ///   - arrival: when the task arrived; nil if that isn't known.
  ///   - now: the moment of the end.
  public func note(
    _ end: AttemptEnd, of part: String, arrival: Date? = nil, at now: Date = Date()
  ) {
    change(part) { part in
      part.note(end, at: now, longest: Self.longestReason)
      if end == .done, let arrival { part.lag = max(now.timeIntervalSince(arrival), 0) }
    }
  }

  /// Takes note of an outage of the other side, or of its end. Any thread may call it.
  public func note(outage: WorkStatus.Failing?, of part: String) {
    change(part) { part in
      part.outage = outage
      part.outage?.reason = String((outage?.reason ?? "").prefix(Self.longestReason))
    }
  }

  private func change(_ part: String, _ body: (inout WorkStatus.Part) -> Void) {
    state.withLock { state in
      guard state.status.parts[part] != nil || state.status.parts.count < Self.mostParts else {
        return
      }
      body(&state.status.parts[part, default: WorkStatus.Part()])
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
      state.measure(at: .now)
      return state.status
    }
    // Where the file can't be written, there is just no status.
    try? status?.write(process, state: folder)
  }
}

extension WorkStatusWriter.State {
  /// Works out how many were finished in a second, over the last minute.
  fileprivate mutating func measure(at now: ContinuousClock.Instant) {
    marks.append((now, status.parts.mapValues(\.done)))
    let isOld = marks.firstIndex { now - $0.at <= .seconds(60) } ?? 0
    marks.removeFirst(max(isOld, 0))
    guard let first = marks.first, now > first.at else { return }
    for (name, part) in status.parts where part.done > 0 {
      let done = part.done - (first.done[name] ?? 0)
      status.parts[name]?.rate = Double(done) / ((now - first.at) / .seconds(1))
    }
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
