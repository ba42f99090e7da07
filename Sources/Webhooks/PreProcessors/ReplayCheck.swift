import Foundation
import Verification

/// `type: replay`: a delivery that was accepted before makes no task.
struct ReplayCheck: PreProcessor {
  static let type = "replay"
  static let documentation = """
    A delivery whose id was accepted before is answered 200 with the first delivery's id, and makes \
    no task. The id is the sender's own, which its preset knows, `delivery_id_header` names, or \
    `delivery_id` finds in the task document. It is \
    looked up once everything else has passed, and kept over restarts. Of two copies that arrive \
    together, the second waits for the first; not knowing by its deadline, it is a 503. A delivery \
    without an id passes. It removes what a sender repeats, and is no proof: another pre-processor has \
    to verify the sender. Who has captured one delivery is stopped by it only where the signature \
    covers the id. Most senders sign the body and not their headers: there, somebody who repeats the \
    body with another id in the header makes tasks again, as long as the timestamp, if one is \
    signed, is within its tolerance. An id in a signed body, by `delivery_id`, closes that.
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

  func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome {
    .passed(Proof(verified: "none"))
  }
}
