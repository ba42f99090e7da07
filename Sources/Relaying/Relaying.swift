import Fetching
import Importing
import Sending
import Spooling
import Webhooks

/// Runs all relays. Each has threads of its own, so that waiting for one's server holds up no
/// other.
public final class Relaying: Sendable {
  private let workers: DrainWorkers
  private let fetcher: Fetcher
  private let status: WorkStatusWriter
  private let note: @Sendable (RelayNote) -> Void

  /// - Parameters:
  ///   - fetcher: how to connect where a relay doesn't say.
  ///   - grace: the time that work under way has to end, at a reload and at the end.
  ///   - status: takes the end of each attempt, under the incoming configuration's identifier.
  ///   - note: takes events for the log, from any thread.
  public init(
    through fetcher: Fetcher, grace: Duration, status: WorkStatusWriter,
    note: @escaping @Sendable (RelayNote) -> Void
  ) {
    workers = DrainWorkers(thread: "relay", grace: grace)
    self.fetcher = fetcher
    self.status = status
    self.note = note
  }

  /// Carries on the tasks of these spools from now on, and no longer those of others. Called at the
  /// start and after every reload.
  public func follow(_ spools: [RelayedSpool]) {
    workers.follow(spools.map { assignment($0, follows: true) })
  }

  /// Begins nothing more, and returns when the work under way has ended.
  public func stop() { workers.stop() }

  /// Carries on the tasks of these spools, all at the same time, until none is due.
  ///
  /// - Returns: the sum of their numbers.
  public func runOnce(_ spools: [RelayedSpool]) -> DrainReport {
    workers.runOnce(spools.map { assignment($0, follows: false) })
  }

  private func assignment(_ spool: RelayedSpool, follows: Bool) -> DrainWorkers.Assignment {
    let name = spool.incoming.text
    let note = note
    return DrainWorkers.Assignment(
      spool.path, note: { note(RelayNote(name, $0, isProblem: true)) }
    ) { [fetcher, status] stop in
      let tools = Tools(fetcher: fetcher, follows: follows) { outage in
        status.note(outage: outage, of: name)
        note(RelayNote(name, outage: outage))
      }
      return Drain(
        try TaskSpool(path: spool.path), spool.settings(follows: follows),
        work: spool.relay.work(with: tools), stop: stop, status: status,
        note: { note(RelayNote(name, $0)) })
    }
  }
}

/// An event for the log: an attempt that failed, an outage, or a spool that can't be used.
public struct RelayNote: Sendable {
  /// The incoming configuration's identifier.
  public let incoming: String
  /// The event in words. Some may come from a server, so the text can contain anything.
  public let text: String
  /// Whether nothing in the spool can be carried on.
  public let isProblem: Bool

  init(_ incoming: String, _ text: String, isProblem: Bool = false) {
    self.incoming = incoming
    self.text = text
    self.isProblem = isProblem
  }

  init(_ incoming: String, outage: WorkStatus.Failing?) {
    self.init(
      incoming, outage.map { "nothing is sent for a while: \($0.reason)" } ?? "it works again",
      isProblem: outage != nil)
  }
}

extension RelayedSpool {
  /// Returns the settings of the drain that carries the tasks on.
  fileprivate func settings(follows: Bool) -> DrainSettings {
    DrainSettings(
      jobs: relay.concurrency, batch: relay.batch, follows: follows,
      maxAttempts: relay.maxAttempts, maxAge: relay.maxAge,
      backOff: BackOff(first: relay.backOff, most: relay.maxBackOff), keepDone: keepDone,
      key: relay.order.map(\.key))
  }
}

/// Makes the work of one relay.
struct Tools: RelayTools {
  let fetcher: Fetcher
  let follows: Bool
  let tell: @Sendable (WorkStatus.Failing?) -> Void

  func sending(_ requests: some OutgoingRequests) -> any ConnectingWork {
    HTTPWork(requests, through: fetcher, waits: follows, tell: tell)
  }

  func inserting(into table: PostgreSQLTable) -> any ConnectingWork {
    PostgreSQLWork(table, waits: follows, tell: tell)
  }

  func publishing(to target: RabbitMQTarget) -> any ConnectingWork {
    RabbitMQWork(target, waits: follows, tell: tell)
  }
}
