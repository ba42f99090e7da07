import FoundationEssentials
import Glibc
import Spooling
import Verification
import Webhooks

/// Retries tasks, one after the other, and counts the results.
public struct Retrial {
  /// The number of tasks that are in `new/` again.
  public private(set) var retried = 0
  /// The number of deliveries that were routed and removed.
  public private(set) var routed = 0
  /// The number of tasks that the routed deliveries made.
  public private(set) var tasks = 0
  /// The number of tasks that stay where they were.
  public private(set) var failed = 0
  /// The number of tasks that were gone, or in use.
  public private(set) var skipped = 0

  private let place: IncomingSpool
  /// The incoming configuration that deliveries are routed through. It is read at the start, while
  /// the process still may.
  private let incoming: Result<Incoming, IncomingSpool.Unknown>
  private let arrivals = Arrivals()
  private var writer: SpoolWriter?

  /// Prepares to retry tasks of one spool.
  public init(_ place: IncomingSpool) {
    self.place = place
    incoming = Result { () throws(IncomingSpool.Unknown) in try place.incoming() }
  }

  /// Retries one task.
  ///
  /// - Returns: the reason why the task was not retried; nil if it was.
  public mutating func retry(_ task: TaskPlace, of spool: TaskSpool) -> String? {
    do {
      guard let claim = try spool.hold(task) else {
        skipped += 1
        return "it is gone, or a drain is working on it"
      }
      if claim.header?.type == TaskDocument.Kind.delivery.rawValue {
        try route(claim)
      } else {
        try claim.restart()
        retried += 1
      }
      return nil
    } catch {
      failed += 1
      return "\(error)"
    }
  }

  /// Routes a delivery. Its file stays until its tasks are on the device.
  private mutating func route(_ claim: Claim) throws {
    guard let delivery = FailedDelivery(try claim.bytes()) else {
      throw Unrouted("the delivery's file is damaged: its body is not the one that was sent")
    }
    let outcome: FailedDelivery.Outcome
    do {
      outcome = try delivery.routed(
        to: try today(), within: place.settings.maxInflightBytes, arrivals.next(at: Date()))
    } catch let error as Rejection {
      throw Unrouted(error.reason)
    }
    switch outcome {
    case .tasks(let commit):
      try writer(for: claim.spool).commit(commit)
      try claim.finish()
      routed += 1
      tasks += commit.entries.count
    case .failed(let reason):
      try claim.giveUp(reason)
      throw Unrouted("routing failed again: \(reason)")
    case .unwanted:
      let reason = "today's filter does not want the delivery"
      try claim.giveUp(reason)
      throw Unrouted("\(reason): levelwind task purge removes it")
    }
  }

  private func today() throws(Unrouted) -> Incoming {
    do { return try incoming.get() } catch {
      throw Unrouted(error.problems.map(\.description).joined(separator: "\n"))
    }
  }

  private mutating func writer(for spool: TaskSpool) throws -> SpoolWriter {
    guard try spool.owner().user == geteuid() else {
      throw Unrouted("only root and the spool's owner can route a delivery again")
    }
    if let writer { return writer }
    let settings = place.settings
    let opened = SpoolWriter(
      root: settings.spool, identifier: place.identifier.text, floors: settings.floors)
    writer = opened
    return opened
  }

  /// The reason why a delivery was not routed.
  private struct Unrouted: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }

  /// The counts, in a line.
  public var text: String {
    var parts = ["\(retried) retried"]
    if routed > 0 { parts.append("\(routed) deliveries routed again, with \(tasks) tasks") }
    if failed > 0 { parts.append("\(failed) not retried") }
    if skipped > 0 { parts.append("\(skipped) in use or gone") }
    return parts.joined(separator: ", ")
  }

  /// The counts, as a JSON object.
  public var json: String {
    "{\"retried\":\(retried),\"routed\":\(routed),\"tasks\":\(tasks),\"failed\":\(failed)"
      + ",\"skipped\":\(skipped)}"
  }
}
