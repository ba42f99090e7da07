import Bytes
import Dispatch
import Fetching
import FoundationEssentials
import Importing
import Spooling
import Verification
import Webhooks

/// Works through the records of one post-processor, on threads of its own, so that waiting for its
/// server or program holds up no other.
final class RecordWorker: Sendable {
  private struct State {
    var spool: RecordSpool
    var drain: Drain?
    var stop: StopRequest?
    var earlier = DrainReport()
    /// The reason why the spool can't be worked on. Each reason is reported once.
    var problem: String?
    /// The moment by which everything must have ended; nil as long as the worker goes on.
    var end: ContinuousClock.Instant?
  }
  private let state: Mutex<State>
  private let fetcher: Fetcher
  private let status: WorkStatusWriter
  private let note: @Sendable (PostProcessNote) -> Void
  private let waking = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// The pause before a spool that can't be worked on is tried again.
  private static let pause = DispatchTimeInterval.seconds(5)

  init(
    _ spool: RecordSpool, through fetcher: Fetcher, status: WorkStatusWriter,
    note: @escaping @Sendable (PostProcessNote) -> Void
  ) {
    state = Mutex(State(spool: spool))
    self.fetcher = fetcher
    self.status = status
    self.note = note
  }

  /// Starts a thread that works until `finish`.
  func start() {
    NamedThread.start("postprocess") { [self] in
      while runsOn {
        if !run(follows: true) { _ = waking.wait(timeout: .now() + Self.pause) }
      }
      ended.signal()
    }
  }

  /// Works until no record is due.
  func runOnce() { _ = run(follows: false) }

  /// Changes the post-processor from the next record on. Work under way has until the deadline to
  /// end.
  func update(_ spool: RecordSpool, by deadline: ContinuousClock.Instant) {
    let stop = state.withLock { state in
      state.spool = spool
      return state.stop
    }
    stop?.request(by: deadline)
    waking.signal()
  }

  /// Begins nothing more. Work under way has until the deadline to end.
  func finish(by deadline: ContinuousClock.Instant) {
    let stop = state.withLock { state in
      state.end = deadline
      return state.stop
    }
    stop?.request(by: deadline)
    waking.signal()
  }

  /// Returns when all work has ended.
  func wait() { ended.wait() }

  /// The numbers so far.
  var report: DrainReport {
    state.withLock { state in state.drain.map { state.earlier + $0.soFar } ?? state.earlier }
  }

  var spool: RecordSpool { state.withLock { $0.spool } }

  private var runsOn: Bool { state.withLock { $0.end == nil } }

  /// - Returns: false if the work can't go on at once.
  private func run(follows: Bool) -> Bool {
    do {
      let drain = try begin(follows: follows)
      let report = drain.run()
      state.withLock { state in
        state.earlier = state.earlier + report
        (state.drain, state.stop) = (nil, nil)
      }
      if let reason = report.end { throw DrainError(reason) }
      return true
    } catch {
      note(problem: "\(error)")
      return false
    }
  }

  private func begin(follows: Bool) throws -> Drain {
    let stop = try StopRequest()
    let spool = state.withLock { state in
      state.stop = stop
      if let end = state.end { stop.request(by: end) }
      return state.spool
    }
    let drain = Drain(
      try TaskSpool(path: spool.path), spool.postProcessor.settings(follows: follows),
      work: spool.postProcessor.work(with: Tools(spool: spool, fetcher: fetcher, note: note)),
      stop: stop, status: status,
      note: { [note] in note(PostProcessNote(spool, $0)) })
    state.withLock { $0.drain = drain }
    return drain
  }

  private func note(problem: String) {
    let spool = state.withLock { state -> RecordSpool? in
      guard state.problem != problem else { return nil }
      state.problem = problem
      return state.spool
    }
    if let spool { note(PostProcessNote(spool, problem, isProblem: true)) }
  }
}

extension PostProcessor {
  /// Returns the settings of the drain that works through the records.
  fileprivate func settings(follows: Bool) -> DrainSettings {
    DrainSettings(
      jobs: concurrency, follows: follows, maxAttempts: maxAttempts, maxAge: maxAge,
      isOrdered: isOrdered, backOff: BackOff(first: backOff, most: maxBackOff))
  }
}

/// Makes the work on the records of one spool.
private struct Tools: RecordTools {
  let spool: RecordSpool
  let fetcher: Fetcher
  let note: @Sendable (PostProcessNote) -> Void

  func running(_ program: RecordProgram) -> any Work {
    ExecWork(program, spool) { [spool, note] claim, text in
      note(PostProcessNote(spool, "\(claim.place.id): done; it said: \(text)"))
    }
  }

  func sending(_ requests: some RecordRequests) -> any Work { HTTPWork(requests, through: fetcher) }

  func opening(on hosts: [String: [HostPattern]]) -> any Work {
    OpeningWork(hosts: hosts, fetcher: fetcher)
  }
}
