import Bytes
import Dispatch
import Fetching
import FoundationEssentials
import Importing
import Spooling
import Webhooks

/// Works through all records. Each post-processor of each webhook has a worker of its own.
public final class PostProcessing: Sendable {
  private let workers = Mutex<[String: RecordWorker]>([:])
  private let fetcher: Fetcher
  private let grace: Duration
  private let status: WorkStatusWriter
  private let note: @Sendable (PostProcessNote) -> Void

  /// - Parameters:
  ///   - fetcher: how to connect where a post-processor doesn't say.
  ///   - grace: the time that work under way has to end, at a reload and at the end.
  ///   - status: takes the end of each attempt, under `<webhook>.<post-processor>`.
  ///   - note: takes events for the log, from any thread.
  public init(
    through fetcher: Fetcher, grace: Duration, status: WorkStatusWriter,
    note: @escaping @Sendable (PostProcessNote) -> Void
  ) {
    self.fetcher = fetcher
    self.grace = grace
    self.status = status
    self.note = note
  }

  /// Works through these spools from now on, and no longer through others. Called at the start and
  /// after every reload.
  public func follow(_ spools: [RecordSpool]) {
    let deadline = ContinuousClock.now + grace
    workers.withLock { workers in
      let wanted = Set(spools.map(\.path))
      for (path, worker) in workers where !wanted.contains(path) {
        worker.finish(by: deadline)
        workers[path] = nil
      }
      for spool in spools {
        if let worker = workers[spool.path] {
          worker.update(spool, by: deadline)
        } else {
          let worker = RecordWorker(spool, through: fetcher, status: status, note: note)
          workers[spool.path] = worker
          worker.start()
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

  /// Works through these spools, all at the same time, until no record is due.
  ///
  /// - Returns: the sum of their numbers.
  public func runOnce(_ spools: [RecordSpool]) -> DrainReport {
    let once = spools.map { RecordWorker($0, through: fetcher, status: status, note: note) }
    workers.withLock { workers in
      for worker in once { workers[worker.spool.path] = worker }
    }
    let ended = DispatchGroup()
    for worker in once {
      ended.enter()
      NamedThread.start("postprocess") {
        worker.runOnce()
        ended.leave()
      }
    }
    ended.wait()
    return once.reduce(DrainReport()) { $0 + $1.report }
  }
}
