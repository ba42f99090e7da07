import Verification

/// `type: basic_auth`: user and password are one of the configured pairs.
struct BasicAuthCheck: RulePreProcessor {
  static let type = "basic_auth"
  static let documentation = """
    HTTP basic authentication: user and password have to equal one of the secrets, each of them in \
    the form `user:password`. A header that is missing, repeated or wrong is answered 401. The \
    header is left out of the task.
    """
  static let example = """
    type: basic_auth
    secrets:
      - {literal: "postmark:correct horse battery staple"}
    """

  private static let secrets = Option(
    required: "secrets", .logins, "The pairs, each as user:password. One of them has to match.")

  static let options: [any DocumentedOption] = [secrets]

  let rule: BasicAuth

  init?(reading mapping: Mapping) {
    guard let secrets = mapping[Self.secrets],
      let rule = mapping.checked(BasicAuth(secrets: secrets))
    else { return nil }
    self.rule = rule
  }
}
