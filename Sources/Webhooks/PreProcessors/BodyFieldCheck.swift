import Verification

/// `type: body_field`: a text in the JSON body equals one of the secrets.
struct BodyFieldCheck: RulePreProcessor {
  static let type = "body_field"
  static let documentation = """
    A text in the JSON body equals one of the secrets, in every item that the path leads to. \
    Missing or wrong in one of them, it is a 401. Nothing is signed, and the secret stays in the \
    task's body.
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
      "Where the text stands: names parted by full stops, `[]` for every item of an array.")
    static let secrets = Option(
      required: "secrets", .secrets, "The secrets, one of which has to match.")
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
