import Verification

/// `type: content_types`: the content type is one of a list.
struct ContentTypesCheck: RulePreProcessor {
  static let type = "content_types"
  static let documentation = """
    The content type has to be one of a list. Otherwise the delivery is answered 415. Parameters \
    such as `charset` don't count.
    """
  static let example = """
    type: content_types
    allow:
      - application/json
      - text/*
    """

  private static let allow = Option(
    required: "allow", .lines("media types"),
    "Media types such as `application/json`, or groups such as `text/*`.")

  static let options: [any DocumentedOption] = [allow]

  let rule: ContentTypes

  init?(reading mapping: Mapping) {
    guard let types = mapping[Self.allow], let rule = mapping.checked(ContentTypes(types))
    else { return nil }
    self.rule = rule
  }
}
