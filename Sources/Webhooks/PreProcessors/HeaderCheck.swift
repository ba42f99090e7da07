import Verification

/// `type: header`: a header equals one of the secrets.
struct HeaderCheck: RulePreProcessor {
  static let type = "header"
  static let documentation = """
    A header has to equal one of the secrets, compared in constant time. A header that is missing, \
    repeated or wrong is answered 401. The header is left out of the task.
    """
  static let example = """
    type: header
    name: X-Webhook-Secret
    secrets:
      - {secret: erp-stock}
    """

  private enum Keys {
    static let name = Option(
      required: "name", .headerName, "The header that carries the secret.")
    static let prefix = Option(
      "prefix", .headerStart, default: "",
      "The text before the secret, such as `Bearer ` with its blank.")
    static let secrets = Option(
      required: "secrets", .secrets, "The secrets. One of them has to match.")
  }

  static let options: [any DocumentedOption] = [Keys.name, Keys.prefix, Keys.secrets]

  let rule: SecretHeader

  init?(reading mapping: Mapping) {
    let prefix = mapping[Keys.prefix]
    let secrets = mapping[Keys.secrets]
    guard let name = mapping[Keys.name], let secrets,
      let rule = mapping.checked(SecretHeader(header: name, prefix: prefix, secrets: secrets))
    else { return nil }
    self.rule = rule
  }
}
