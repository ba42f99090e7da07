import Bytes
import Dispatch

/// Drains of many spools in one process, each on threads of its own, so that none holds up another.
/// A spool that can't be worked on is tried again every five seconds.
public final class DrainWorkers: Sendable {
  /// A spool and how it is worked on.
  public struct Assignment: Sendable {
    /// What tells the assignment from others, such as the path of its spool.
    public let name: String
    /// Makes the drain. It is called at the start, after each change, and each time that the drain
    /// could not go on.
    let make: @Sendable (StopRequest) throws -> Drain
    /// Takes the reason why nothing in the spool can be worked on.
    let note: @Sendable (String) -> Void

    /// Makes an assignment. Each argument is described at its property.
    public init(
      _ name: String, note: @escaping @Sendable (String) -> Void,
      make: @escaping @Sendable (StopRequest) throws -> Drain
    ) {
      self.name = name
      self.note = note
      self.make = make
    }
  }

  private let workers = Mutex<[String: DrainWorker]>([:])
  private let thread: String
  private let grace: Duration

  /// - Parameters:
  ///   - thread: the name of the threads, at most 15 bytes.
  ///   - grace: the time that work under way has to end, at a change and at the end.
  public init(thread: String, grace: Duration) {
    self.thread = thread
    self.grace = grace
  }

  /// Works on these spools from now on, and no longer on others. Called at the start and after
  /// every reload. The drains must wait for more (`follows`).
  public func follow(_ assignments: [Assignment]) {
    let deadline = ContinuousClock.now + grace
    workers.withLock { workers in
      let wanted = Set(assignments.map(\.name))
      for (name, worker) in workers where !wanted.contains(name) {
        worker.finish(by: deadline)
        workers[name] = nil
      }
      for assignment in assignments {
        if let worker = workers[assignment.name] {
          worker.update(assignment, by: deadline)
        } else {
          let worker = DrainWorker(assignment)
          workers[assignment.name] = worker
          worker.start(on: thread)
        }
      }
    }
  }

  /// Begins nothing more, and returns when the work under way has ended.
  public func stop() {
    let workers = workers.withLock { Array($0.values) }
    let deadline = ContinuousClock.now + grace
    for worker in workers { worker.finish(by: deadline) }
    for worker in workers { worker.wait() }
  }

  /// Works through these spools, all at the same time, until no task is due. The drains must not
  /// wait for more.
  ///
  /// - Returns: the sum of their numbers.
  public func runOnce(_ assignments: [Assignment]) -> DrainReport {
    let once = assignments.map { (name: $0.name, worker: DrainWorker($0)) }
    workers.withLock { workers in
      for (name, worker) in once { workers[name] = worker }
    }
    let ended = DispatchGroup()
    for (_, worker) in once {
      ended.enter()
      NamedThread.start(thread) {
        worker.runOnce()
        ended.leave()
      }
    }
    ended.wait()
    return once.reduce(DrainReport()) { $0 + $1.worker.report }
  }
}

/// Works on one spool, with one drain after another.
private final class DrainWorker: Sendable {
  private struct State {
    var assignment: DrainWorkers.Assignment
    var drain: Drain?
    var stop: StopRequest?
    var earlier = DrainReport()
    /// The reason why the spool can't be worked on. Each reason is reported once.
    var problem: String?
    /// The moment by which everything must have ended; nil as long as the worker goes on.
    var end: ContinuousClock.Instant?
  }
  private let state: Mutex<State>
  private let waking = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// The pause before a spool that can't be worked on is tried again.
  private static let pause = DispatchTimeInterval.seconds(5)

  init(_ assignment: DrainWorkers.Assignment) { state = Mutex(State(assignment: assignment)) }

  /// Starts a thread that works until `finish`.
  func start(on thread: String) {
    NamedThread.start(thread) { [self] in
      while runsOn {
        if !run() { _ = waking.wait(timeout: .now() + Self.pause) }
      }
      ended.signal()
    }
  }

  /// Works until nothing is due.
  func runOnce() { _ = run() }

  /// Changes the assignment from the next task on. Work under way has until the deadline to end.
  func update(_ assignment: DrainWorkers.Assignment, by deadline: ContinuousClock.Instant) {
    let stop = state.withLock { state in
      state.assignment = assignment
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

  private var runsOn: Bool { state.withLock { $0.end == nil } }

  /// - Returns: false if the work can't go on at once.
  private func run() -> Bool {
    do {
      let report = try begin().run()
      state.withLock { state in
        state.earlier = state.earlier + report
        (state.drain, state.stop) = (nil, nil)
      }
      if let reason = report.end { throw DrainError(reason) }
      return true
    } catch {
      note("\(error)")
      return false
    }
  }

  private func begin() throws -> Drain {
    let stop = try StopRequest()
    let assignment = state.withLock { state in
      state.stop = stop
      if let end = state.end { stop.request(by: end) }
      return state.assignment
    }
    let drain = try assignment.make(stop)
    state.withLock { $0.drain = drain }
    return drain
  }

  private func note(_ problem: String) {
    let assignment = state.withLock { state -> DrainWorkers.Assignment? in
      guard state.problem != problem else { return nil }
      state.problem = problem
      return state.assignment
    }
    assignment?.note(problem)
  }
}
