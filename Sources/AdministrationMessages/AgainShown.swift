/// What becomes of deliveries that are brought back.
package struct AgainPlanShown: Sendable, Codable {
  /// The number behind the newest that is meant; nil for one that was asked for by its id.
  package var before: Int?
  /// How many pass.
  package var passing = 0
  /// The number of tasks by spool.
  package var tasks: [FactShown] = []
  package var broughtBack = 0
  package var copies = 0
  package var handshakes = 0
  package var bodiless = 0
  /// How many of those that pass were verified by a secret that isn't kept.
  package var unverifiable = 0
  package var refusals: [Refusal] = []
  package var otherRefusals = 0
  /// The incoming configurations, to choose from.
  package var incoming: [String] = []
  /// How many were looked at, where it stopped because it took too long.
  package var looked: Int?
  /// For one delivery: each check, the routing and the answer, a line each.
  package var explanation: String?

  package init() {}

  /// A reason for which deliveries stay refused.
  package struct Refusal: Sendable, Codable {
    package var reason = ""
    package var count = 0
    /// The id of one of them.
    package var example = ""

    package init() {}
  }
}

/// What bringing back did, where there is more to say than that it is done.
package struct BroughtBackShown: Sendable, Codable {
  package var deliveries = 0
  package var tasks = 0
  /// Why it stopped; nil if it didn't fail.
  package var failure: String?
  /// The number to go on before, if the time was over.
  package var next: Int?
  /// Whether the responder learns at its next reload only that copies are known.
  package var needsReload = false

  package init() {}
}

/// What would become of a request.
package struct ExplainedShown: Sendable, Codable {
  package var webhook = ""
  /// The webhook's name.
  package var name = ""
  /// Each check, the routing and the answer, a line each; nil without a request.
  package var text: String?
  package var isRefused = false
  package var tasks: [Task] = []
  /// How many tasks more than are shown would be made.
  package var more = 0

  package init() {}

  /// A task that would be made.
  package struct Task: Sendable, Codable {
    package var incoming = ""
    /// The beginning of its document.
    package var document = ""

    package init() {}
  }
}
