import Bytes
import FoundationEssentials
import Spooling

/// The environment of a command, with variables about its tasks.
struct CommandEnvironment {
  /// The basis with `LEVELWIND_SPOOL`, `LEVELWIND_TASKS` and, for a single task, the variables
  /// about it and its trace.
  let variables: [String: String]

  /// Makes the environment of one attempt.
  ///
  /// - Parameters:
  ///   - claims: the tasks, at least one.
  ///   - isLines: whether to leave out the variables about a single task.
  ///   - basis: the variables to add to; nil for this process's own.
  init(_ claims: [Claim], isLines: Bool, basis: [String: String]? = nil) {
    var variables = basis ?? ProcessInfo.processInfo.environment
    variables["LEVELWIND_SPOOL"] = claims[0].spool.path
    variables["LEVELWIND_TASKS"] = String(claims.count)
    // A trace that this process belongs to isn't the tasks'.
    for name in [Self.parent, Self.state] { variables[name] = nil }
    if !isLines { variables.merge(Self.about(claims[0])) { _, new in new } }
    // Some values are the sender's. An environment can't hold a NUL, so such a variable is left
    // out.
    self.variables = variables.filter { !$0.value.utf8.contains(0) }
  }

  /// The names by which OpenTelemetry's libraries find a trace in the environment.
  private static let parent = "TRACEPARENT"
  private static let state = "TRACESTATE"

  private static func about(_ claim: Claim) -> [String: String] {
    var variables = [
      "LEVELWIND_ID": claim.place.id,
      "LEVELWIND_FILE": claim.path,
      "LEVELWIND_ATTEMPT": String((claim.record?.attempts ?? 0) + 1),
    ]
    if let trace = claim.trace {
      variables[parent] = trace.parent
      if !trace.state.isEmpty { variables[state] = String(decoding: trace.state, as: UTF8.self) }
    }
    guard let header = claim.header else { return variables }
    variables["LEVELWIND_INCOMING"] = header.incoming
    variables["LEVELWIND_WEBHOOK"] = header.webhook
    variables["LEVELWIND_DELIVERY"] = header.delivery
    variables["LEVELWIND_SENDER_DELIVERY"] = header.senderDelivery ?? ""
    variables["LEVELWIND_TASK_INDEX"] = String(header.index)
    variables["LEVELWIND_TASK_COUNT"] = String(header.count)
    variables["LEVELWIND_TIME"] = header.time
    variables["LEVELWIND_CONTENT_TYPE"] = header.contentType
    variables["LEVELWIND_BODY_ENCODING"] = header.bodyEncoding?.rawValue ?? ""
    return variables
  }
}
