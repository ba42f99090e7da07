import Verification

/// What the log says of a webhook's deliveries.
struct LoggingRule: Sendable {
  /// Which headers it shows.
  enum Shown: Sendable, Equatable {
    case none, all
    /// In lower case.
    case named(Set<String>)
  }

  /// Whether every delivery is logged, and not refusals alone.
  var isOn = false
  var headers = Shown.none
  /// How many of the body's first bytes it shows.
  var bodyBytes = 0
  /// Headers of which it shows that they came, in lower case.
  var redactedHeaders: Set<String> = []
  /// Query parameters that it masks.
  var redactedParameters: Set<String> = []
  /// What it masks in JSON bodies.
  var redactedPaths: [JSONPath] = []

  static let mask = "***"

  /// The same, with what carries a secret redacted, too.
  func redacting(_ secrets: SecretPlaces) -> LoggingRule {
    var rule = self
    rule.redactedHeaders.formUnion(secrets.headers)
    rule.redactedParameters.formUnion(secrets.parameters)
    rule.redactedPaths += secrets.paths
    return rule
  }

  /// What an entry says besides what all of them do.
  func details(of request: Request) -> [LogRecord.Field] {
    var details: [LogRecord.Field] = []
    if headers != .none {
      if !request.query.isEmpty {
        let masked = MaskedQuery.mask(redactedParameters, in: request.query)
        details.append(("query", .text(String(decoding: masked, as: UTF8.self))))
      }
      details.append(("headers", .object(shown(of: request.headers))))
    }
    if bodyBytes > 0, !request.body.isEmpty {
      details.append(
        ("body", .excerpt(BodyExcerpt(redactedPaths, mostBytes: bodyBytes).text(of: request.body))))
    }
    return details
  }

  /// Repeated headers are joined, as in a task.
  private func shown(of headers: Headers) -> [LogValue.Member] {
    var members: [LogValue.Member] = []
    for field in headers.fields {
      if case .named(let names) = self.headers, !names.contains(field.name) { continue }
      let value =
        redactedHeaders.contains(field.name)
        ? Self.mask : String(decoding: field.value, as: UTF8.self)
      if let place = members.firstIndex(where: { $0.name == field.name }) {
        members[place] = .init(field.name, "\(members[place].value), \(value)")
      } else {
        members.append(.init(field.name, value))
      }
    }
    return members
  }
}
