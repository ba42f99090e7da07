import Fetching
import Importing
import Sending
import Spooling
import Verification
import Webhooks

/// Works through all records. Each post-processor of each webhook has threads of its own, so that
/// waiting for its server or program holds up no other.
public final class PostProcessing: Sendable {
  private let workers: DrainWorkers
  private let fetcher: Fetcher
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
    workers = DrainWorkers(thread: "postprocess", grace: grace)
    self.fetcher = fetcher
    self.status = status
    self.note = note
  }

  /// Works through these spools from now on, and no longer through others. Called at the start and
  /// after every reload.
  public func follow(_ spools: [RecordSpool]) {
    workers.follow(spools.map { assignment($0, follows: true) })
  }

  /// Begins nothing more, and returns when the work under way has ended.
  public func stop() { workers.stop() }

  /// Works through these spools, all at the same time, until no record is due.
  ///
  /// - Returns: the sum of their numbers.
  public func runOnce(_ spools: [RecordSpool]) -> DrainReport {
    workers.runOnce(spools.map { assignment($0, follows: false) })
  }

  private func assignment(_ spool: RecordSpool, follows: Bool) -> DrainWorkers.Assignment {
    DrainWorkers.Assignment(
      spool.path, note: { [note] in note(PostProcessNote(spool, $0, isProblem: true)) }
    ) { [note, fetcher, status] stop in
      let tools = Tools(
        spool: spool, fetcher: fetcher, follows: follows, status: status, note: note)
      return Drain(
        try TaskSpool(path: spool.path), spool.postProcessor.settings(follows: follows),
        work: spool.postProcessor.work(with: tools), stop: stop, status: status,
        note: { note(PostProcessNote(spool, $0)) })
    }
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
  let follows: Bool
  let status: WorkStatusWriter
  let note: @Sendable (PostProcessNote) -> Void

  func running(_ program: RecordProgram) -> any Work {
    ExecWork(program, spool) { [spool, note] claim, text in
      note(PostProcessNote(spool, "\(claim.place.id): done; it said: \(text)"))
    }
  }

  func sending(_ requests: some OutgoingRequests) -> any Work {
    HTTPWork(requests, through: fetcher, waits: follows) { [status, spool] outage in
      status.note(outage: outage, of: spool.name)
    }
  }

  func opening(on hosts: [String: [HostPattern]]) -> any Work {
    OpeningWork(hosts: hosts, fetcher: fetcher)
  }
}
