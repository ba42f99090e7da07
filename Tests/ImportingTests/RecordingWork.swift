import Bytes
import Foundation
import Importing
import Spooling

/// Work that returns given outcomes, and records the tasks.
final class RecordingWork: Work {
  private let outcome: @Sendable ([String]) -> Outcome
  private let seen = Mutex<[[String]]>([])

  /// - Parameter outcome: returns the outcome for the bodies of the tasks.
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
