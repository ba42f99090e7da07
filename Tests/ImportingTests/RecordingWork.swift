import Foundation
import Importing
import Spooling

/// Says what it is told about each task, and writes down which it saw.
final class RecordingWork: Work {
  private let outcome: @Sendable ([String]) -> Outcome
  private let seen = Mutex<[[String]]>([])

  /// - Parameter outcome: gets the bodies of the tasks.
  init(_ outcome: @escaping @Sendable ([String]) -> Outcome = { _ in .done }) {
    self.outcome = outcome
  }

  /// The bodies of each run.
  var runs: [[String]] { seen.withLock { $0 } }

  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    let bodies = claims.map { String(decoding: (try? $0.body()) ?? [], as: UTF8.self) }
    seen.withLock { $0.append(bodies) }
    return outcome(bodies)
  }
}
