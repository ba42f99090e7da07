import Verification

/// `type: body_field`: a text in the JSON body equals one of the secrets.
struct BodyFieldCheck: RulePreProcessor {
  static let type = "body_field"
  static let documentation = """
    A text in the JSON body has to equal one of the secrets, in every item that the path leads to. \
    If it is missing or wrong in one item, the delivery is answered 401. Nothing is signed, and \
    the secret stays in the task's body.
    """
  static let example = """
    type: body_field
    path: value[].clientState
    secrets:
      - {secret: graph}
    """

  private enum Keys {
    static let path = Option(
      required: "path", .jsonPath,
      "The path of the text: names separated by full stops, `[]` for every item of an array.")
    static let secrets = Option(
      required: "secrets", .secrets, "The secrets. One of them has to match.")
  }

  static let options: [any DocumentedOption] = [Keys.path, Keys.secrets]

  let rule: BodyField

  init?(reading mapping: Mapping) {
    let path = mapping[Keys.path]
    guard let secrets = mapping[Keys.secrets], let path,
      let rule = mapping.checked(BodyField(path: path, secrets: secrets))
    else { return nil }
    self.rule = rule
  }
}
