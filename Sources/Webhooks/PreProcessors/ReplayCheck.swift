import Foundation
import Verification

/// `type: replay`: a delivery that was accepted before makes no task.
struct ReplayCheck: PreProcessor {
  static let type = "replay"
  static let documentation = """
    A delivery whose id was accepted before is answered 200 with the first delivery's id, and makes \
    no task. The id is the sender's own, which its preset knows, or `delivery_id_header` names. It is \
    looked up once everything else has passed, and kept over restarts. Of two copies that arrive \
    together, the second waits for the first; not knowing by its deadline, it is a 503. A delivery \
    without an id passes. It proves nothing: there has to be another pre-processor beside it.
    """
  static let example = """
    type: replay
    keep: 7d
    max: 100000
    """
  static let isProof = false

  private enum Keys {
    static let keep = Option(
      "keep", .duration(.seconds(1)...(.seconds(86400 * 366))), default: .seconds(7 * 86400),
      "How long a delivery is remembered: longer than its sender tries again.")
    static let max = Option(
      "max", .integer(1...10_000_000), default: 100_000,
      "The most deliveries that are remembered; the oldest are forgotten.")
  }

  static let options: [any DocumentedOption] = [Keys.keep, Keys.max]

  let replay: ReplayRule?

  init?(reading mapping: Mapping) {
    replay = ReplayRule(keep: mapping[Keys.keep], max: mapping[Keys.max])
  }

  var words: String {
    "A delivery whose id was accepted before is answered, and makes no task; proves nothing."
  }

  func check(_ request: Request, at now: Date) throws(Refusal) -> PreProcessorOutcome {
    .passed(Proof(verified: "none"))
  }
}
