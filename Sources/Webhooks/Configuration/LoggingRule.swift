import Verification

/// The parts of a webhook's deliveries that the log shows.
struct LoggingRule: Sendable {
  /// The headers that the log shows.
  enum Shown: Sendable, Equatable {
    case none, all
    /// The names of the headers, in lower case.
    case named(Set<String>)
  }

  /// Whether every delivery is logged, not only refused ones.
  var isOn = false
  var headers = Shown.none
  /// The most bytes that are shown of the body, from its start.
  var bodyBytes = 0
  /// The headers whose values are masked, in lower case.
  var redactedHeaders: Set<String> = []
  /// The query parameters whose values are masked.
  var redactedParameters: Set<String> = []
  /// The paths in JSON bodies whose values are masked.
  var redactedPaths: [JSONPath] = []

  static let mask = "***"

  /// Returns the same rule, with the places of secrets masked as well.
  func redacting(_ secrets: SecretPlaces) -> LoggingRule {
    var rule = self
    rule.redactedHeaders.formUnion(secrets.headers)
    rule.redactedParameters.formUnion(secrets.parameters)
    rule.redactedPaths += secrets.paths
    return rule
  }
}

/// The options of a webhook's `logging` as a mapping.
enum LoggingOptions {
  private static let headers = Option(
    "headers", shownHeaders, default: .none,
    "The request headers to show: `true` for all, or a list of names. The query is shown with "
      + "them.")
  private static let body = Option(
    "body", .bytes(0...(64 << 10)), default: 0,
    "How many bytes of the body to show, from its start. At most 64KiB.")
  private static let redactHeaders = Option(
    "redact_headers",
    .list(of: .headerName, "header names", emptyMeans: "only those that carry secrets are masked"),
    default: [],
    "Headers whose value is shown as `***`. That happens in any case to whatever carries a "
      + "secret: Authorization, Cookie, and the header, query parameter or place in the body that "
      + "a pre-processor compares with a secret.")
  private static let redact = Option(
    "redact", .list(of: .jsonPath, "JSON paths", emptyMeans: "only secrets are masked"),
    default: [],
    "Paths in JSON bodies whose values are shown as `\"***\"`, such as `customer.email` or "
      + "`lines[].price`. With this key, a body that isn't JSON is not shown.")

  static let all: [any DocumentedOption] = [headers, body, redactHeaders, redact]

  /// `true`, `false`, or a mapping, which implies `true`.
  static let form = Form<LoggingRule>(
    type: "boolean or mapping", expectation: "true, false, or a mapping", nested: all,
    schema: { .any(of: [.boolean, .mapping(all)]) }, write: { _ in "false" },
    read: { found in
      if case .scalar = found.node.content {
        return Form.booleanOrMapping.read(found).map { LoggingRule(isOn: $0) }
      }
      return Mapping(found, options: all, expected: "true, false, or a mapping").map(read)
    })

  private static func read(_ mapping: Mapping) -> LoggingRule {
    LoggingRule(
      isOn: true, headers: mapping[headers], bodyBytes: mapping[body],
      redactedHeaders: Set(mapping[redactHeaders].map { $0.lowercased() }),
      redactedPaths: mapping[redact])
  }

  private static let shownHeaders = Form<LoggingRule.Shown>(
    type: "boolean or list of header names", expectation: "true, false, or a list of header names",
    schema: {
      .any(of: [
        .boolean, .list(of: Form<String>.headerName.schema(), mayBeEmpty: true),
      ])
    }, write: { _ in "false" },
    read: { found in
      if case .scalar = found.node.content {
        return Form.booleanOrList.read(found).map { $0 ? .all : .none }
      }
      let names = Form<[String]>.list(of: .headerName, "header names", emptyMeans: "none are shown")
      return names.read(found).map { .named(Set($0.map { $0.lowercased() })) }
    })
}

extension Form where Value == Bool {
  fileprivate static let booleanOrMapping = boolean(or: "a mapping")
  fileprivate static let booleanOrList = boolean(or: "a list of header names")

  private static func boolean(or other: String) -> Form {
    Form(
      type: boolean.type, expectation: "true, false, or \(other)", schema: boolean.schema,
      write: boolean.write,
      read: { found in
        // The problem that the form `boolean` reports wouldn't mention the other form.
        guard case .scalar(let text, isPlain: true) = found.node.content else {
          found.report(expected: "true, false, or \(other)")
          return nil
        }
        if let value = ["true": true, "false": false][text] { return value }
        found.report(
          expected: "true, false, or \(other)",
          suggestion: ["yes": "true", "on": "true", "no": "false", "off": "false"][
            text.lowercased()])
        return nil
      })
  }
}
