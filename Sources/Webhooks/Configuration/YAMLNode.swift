/// One node of a YAML file and where it begins. Aliases, anchors and tags don't occur.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    /// Text. A plain scalar (without quotes, not a block) is not resolved: `012` stays `012`.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// The keys are different from each other.
    case mapping([Pair])
  }

  struct Pair: Sendable {
    let key: String
    /// Where the key stands.
    let line: Int
    let column: Int
    let value: YAMLNode
  }

  /// From 1.
  let line: Int
  /// In characters, from 1.
  let column: Int
  let content: Content

  /// Whether nothing was written there: `name:`.
  var isNothing: Bool {
    if case .scalar("", isPlain: true) = content { true } else { false }
  }
}
