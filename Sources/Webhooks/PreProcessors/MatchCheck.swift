import Verification

/// `type: match`: a header, the query or the body matches a pattern.
struct MatchCheck: RulePreProcessor {
  static let type = "match"
  static let documentation = """
    A header, a query parameter, the whole query, the whole body or a text of a JSON body matches a \
    regular expression; else it is a 401. Matching takes a time that is bounded by the text's \
    length: there is no looking back, and no `\\b`.
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
    static let header = Option(optional: "header", .headerName, "A header; it is there once.")
    static let parameter = Option(
      optional: "query_parameter", .line, "A query parameter, decoded; it is there once.")
    static let field = Option(
      optional: "body_field", .jsonPath, "The way to a text of a JSON body.")
    static let whole = Option(
      optional: "whole", Form<Whole>.choice,
      "The whole `query`, undecoded, or the whole `body`.")
    static let pattern = Option(
      required: "pattern", .pattern,
      "The regular expression; without `^` and `$` it may match anywhere.")

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
