import FoundationEssentials
import Verification

/// `type: replay`: a delivery that was accepted before makes no task.
struct ReplayCheck: PreProcessor {
  static let type = "replay"
  static let documentation = """
    A delivery whose id was accepted before is answered 200 with the first delivery's id, and \
    makes no task. The id is the sender's own. The preset knows it, `delivery_id_header` names it, \
    or `delivery_id` finds it in the task document. It is looked up once all other checks have \
    passed, and remembered over restarts. Of two copies that arrive together, the second waits for \
    the first. If the first isn't done by the deadline, the second is answered 503. A delivery \
    without an id passes. Replay removes what a sender repeats. It proves nothing about the \
    sender: another pre-processor has to verify it. An attacker who has captured one delivery is \
    stopped only if the signature covers the id. Most senders sign the body and not their headers. \
    Then the same body with another id in the header makes tasks again, until the signed \
    timestamp, if there is one, is too old. An id in a signed body, found by `delivery_id`, \
    prevents that.
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
      "How long a delivery's id is remembered. It has to be longer than the sender keeps trying.")
    static let max = Option(
      "max", .integer(1...10_000_000), default: 100_000,
      "The most ids that are remembered. Beyond that, the oldest are forgotten.")
  }

  static let options: [any DocumentedOption] = [Keys.keep, Keys.max]

  let replay: ReplayRule?

  init?(reading mapping: Mapping) {
    replay = ReplayRule(keep: mapping[Keys.keep], max: mapping[Keys.max])
  }

  var words: String {
    "A delivery whose id was accepted before is answered, and makes no task; proves nothing about "
      + "the sender."
  }

  func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome {
    .passed(Proof(verified: "none"))
  }
}
