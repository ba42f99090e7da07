import Verification

/// `type: query_token`: a query parameter equals one of the secrets.
struct QueryTokenCheck: RulePreProcessor {
  static let type = "query_token"
  static let documentation = """
    A query parameter has to equal one of the secrets, compared in constant time. A parameter that \
    is missing, repeated or wrong is answered 401. The parameter is masked in the task.
    """
  static let example = """
    type: query_token
    parameter: token
    secrets:
      - {secret: erp-stock}
    """

  private enum Keys {
    static let parameter = Option(
      "parameter", .line, default: "token", "The query parameter that carries the secret.")
    static let secrets = Option(
      required: "secrets", .secrets, "The secrets. One of them has to match.")
  }

  static let options: [any DocumentedOption] = [Keys.parameter, Keys.secrets]

  let rule: QueryToken

  init?(reading mapping: Mapping) {
    let parameter = mapping[Keys.parameter]
    guard let secrets = mapping[Keys.secrets],
      let rule = mapping.checked(QueryToken(parameter: parameter, secrets: secrets))
    else { return nil }
    self.rule = rule
  }
}
