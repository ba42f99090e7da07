import Verification

/// `type: match`: a header, the query or the body matches a pattern.
struct MatchCheck: RulePreProcessor {
  static let type = "match"
  static let documentation = """
    A header, a query parameter, the whole query, the whole body or a text in a JSON body has to \
    match a regular expression. Otherwise the delivery is answered 401. The time to match is \
    bounded by the text's length. Therefore look-around, back references and `\\b` are not \
    supported.
    """
  static let example = """
    type: match
    header: X-Shop-Domain
    pattern: ^[a-z0-9-]+\\.example\\.org$
    """

  private enum Whole: String, CaseIterable {
    case query, body
  }

  private enum Keys {
    static let header = Option(
      optional: "header", .headerName, "The header to match. It has to come exactly once.")
    static let parameter = Option(
      optional: "query_parameter", .line,
      "The query parameter to match, decoded. It has to come exactly once.")
    static let field = Option(
      optional: "body_field", .jsonPath, "The path of the text in a JSON body to match.")
    static let whole = Option(
      optional: "whole", Form<Whole>.choice,
      "The whole `query`, undecoded, or the whole `body`.")
    static let pattern = Option(
      required: "pattern", .pattern,
      "The regular expression. Without `^` and `$` it may match any part.")

    static let places: [any DocumentedOption] = [header, parameter, field, whole]
  }

  static let options: [any DocumentedOption] = Keys.places + [Keys.pattern]

  let rule: PatternMatch

  init?(reading mapping: Mapping) {
    let places: [PatternMatch.Place?] = [
      mapping[Keys.header].map { .header($0) },
      mapping[Keys.parameter].map { .queryParameter($0) },
      mapping[Keys.field].map { .bodyField($0) },
      mapping[Keys.whole].map { $0 == .query ? .query : .body },
    ]
    let pattern = mapping[Keys.pattern]
    guard mapping.hasOne(of: Keys.places), let place = places.compactMap(\.self).first, let pattern,
      let rule = mapping.checked(PatternMatch(place, pattern))
    else { return nil }
    self.rule = rule
  }
}
