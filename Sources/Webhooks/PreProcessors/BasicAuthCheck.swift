import Verification

/// `type: basic_auth`: user and password are one of the configured pairs.
struct BasicAuthCheck: RulePreProcessor {
  static let type = "basic_auth"
  static let documentation = """
    HTTP basic authentication: user and password are one of the secrets, each of which is \
    `user:password`. Missing, repeated or wrong, it is a 401. The header is left out of the task.
    """
  static let example = """
    type: basic_auth
    secrets:
      - {literal: "postmark:correct horse battery staple"}
    """

  private static let secrets = Option(
    required: "secrets", .logins, "The pairs, each as user:password; one of them has to match.")

  static let options: [any DocumentedOption] = [secrets]

  let rule: BasicAuth

  init?(reading mapping: Mapping) {
    guard let secrets = mapping[Self.secrets],
      let rule = mapping.checked(BasicAuth(secrets: secrets))
    else { return nil }
    self.rule = rule
  }
}
