import Verification

/// The answers of a webhook that differ from the usual ones: its key `response`.
public struct ResponseRule: Sendable, Equatable {
  /// The status of a success, a 2xx.
  public var status = 200
  /// Headers added to a success.
  public var headers: [Answer.Header] = []
  /// The body of a success; nil for the usual JSON.
  public var body: String?
  /// The status of every temporary refusal: 429 or a 5xx; nil for the usual ones.
  public var temporary: Int?
  /// The status of every permanent refusal: a 4xx or 5xx, or a 2xx if `discard`.
  public var permanent: Int?
  /// The status while the webhook is disabled: a 4xx or 5xx, or a 2xx if `discard`; nil for 404.
  public var disabled: Int?
  /// Whether the administrator allows a 2xx for refused deliveries, which are then lost.
  public var discard = false

  /// The rule of a webhook without the key.
  public static let usual = ResponseRule()
}

/// The options of a webhook's `response`.
enum ResponseOptions {
  static let status = Option(
    "status", .status("a status from 200 to 299", in: [200...299]), default: 200,
    "The status of a success.")
  static let headers = Option(
    optional: "headers",
    .pairs("a mapping of header names to values", names: .headerName, values: .headerValue),
    "Headers added to a success.")
  static let body = Option(
    optional: "body", .text,
    "The body of a success, instead of the delivery's id and its number of tasks.")
  static let temporary = Option(
    optional: "temporary", .status("429 or a status from 500 to 599", in: [429...429, 500...599]),
    "The status of every temporary refusal.")
  static let permanent = Option(
    optional: "permanent", .status(rejection, in: [200...299, 400...599]),
    "The status of every permanent refusal: a 4xx or 5xx.")
  static let disabled = Option(
    optional: "disabled", .status(rejection, in: [200...299, 400...599]),
    "The status while the webhook is disabled, instead of 404: a 4xx or 5xx.")
  static let discard = Option(
    "discard", .boolean, default: false,
    "Allows a 2xx for `permanent` and `disabled`. The sender then believes that a delivery "
      + "arrived, although it was thrown away.")

  static let all: [any DocumentedOption] = [
    status, headers, body, temporary, permanent, disabled, discard,
  ]

  static let form = Form<ResponseRule>.mapping("a mapping of answers", options: all, make: read)

  private static let rejection = "a status from 400 to 599"

  /// Headers of the connection, and those that the FastCGI or HTTP layer sets by itself.
  private static let refusedHeaders = [
    "connection", "content-length", "date", "keep-alive", "status", "trailer",
    "transfer-encoding", "upgrade",
  ]

  private static func read(_ mapping: Mapping) -> ResponseRule? {
    var rule = ResponseRule()
    rule.status = mapping[status]
    rule.headers = (mapping[headers] ?? []).map { .init($0.name, $0.value) }
    rule.body = mapping[body]
    rule.temporary = mapping[temporary]
    rule.permanent = mapping[permanent]
    rule.disabled = mapping[disabled]
    rule.discard = mapping[discard]
    checkHeaders(rule, mapping)
    checkDiscard(rule, mapping)
    if [204, 205].contains(rule.status), rule.body != nil {
      mapping.report(at: body, "an answer with status \(rule.status) has no body")
    }
    return rule
  }

  private static func checkHeaders(_ rule: ResponseRule, _ mapping: Mapping) {
    var names: Set<String> = []
    for header in rule.headers.map({ $0.name.lowercased() }) {
      if refusedHeaders.contains(header) {
        mapping.report(at: headers, "\(header) can't be set")
      } else if !names.insert(header).inserted {
        mapping.report(at: headers, "\(header) is given twice")
      }
    }
  }

  private static func checkDiscard(_ rule: ResponseRule, _ mapping: Mapping) {
    let answers = [(permanent, rule.permanent), (disabled, rule.disabled)]
    let discarding = answers.filter { $0.1.map { $0 < 300 } ?? false }
    if rule.discard, discarding.isEmpty {
      mapping.report(
        at: discard, "has no effect without a 2xx for permanent or disabled", severity: .warning)
    } else if rule.discard {
      let which = discarding.map(\.0.key).joined(separator: " and ")
      mapping.report(
        at: discard, "deliveries refused as \(which) are answered 2xx and thrown away",
        severity: .warning)
    } else {
      for (option, _) in discarding {
        mapping.report(
          at: option, "expected \(rejection); a 2xx would throw deliveries away (discard: true)")
      }
    }
  }
}
