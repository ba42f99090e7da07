/// The text of a file with what may be secret masked: literal secrets, and the environment of
/// programs.
public struct MaskedConfiguration: Sendable {
  /// The text; without a word of the file if it can't be masked.
  public private(set) var text: String
  /// Whether something is masked.
  public private(set) var isMasked = false

  /// Whether the text has all values of the file but those that are masked.
  public private(set) var isWhole = true

  /// What stands in the place of a masked value.
  public static let mask = "(not shown)"

  /// Masks a file.
  public init(_ bytes: [UInt8]) {
    text = String(decoding: bytes, as: UTF8.self)
    do throws(SyntaxError) {
      var editor = try YAMLEditor(bytes)
      let places = Self.places(in: editor.root, [])
      guard !places.isEmpty else { return }
      isMasked = true
      for (key, path) in places {
        do throws(UneditableText) {
          try editor.set(key, of: path, to: .quoting(Self.mask))
        } catch {
          isWhole = false
          text = "# This text can't be shown: it has secrets in a form that can't be masked.\n"
          return
        }
      }
      text = editor.text
    } catch {
      // What isn't YAML may have a secret anywhere.
      isWhole = false
      isMasked = text.contains("literal") || text.contains("environment")
      if isMasked { text = "# This text can't be shown: it isn't YAML, and may have secrets.\n" }
    }
  }

  private static func places(
    in node: YAMLNode, _ path: [YAMLStep]
  ) -> [(key: String, path: [YAMLStep])] {
    switch node.content {
    case .scalar: []
    case .sequence(let nodes):
      nodes.enumerated().flatMap { places(in: $1, path + [.index($0)]) }
    case .mapping(let pairs):
      pairs.flatMap { pair -> [(key: String, path: [YAMLStep])] in
        if pair.key == "literal" { return [(pair.key, path)] }
        let below = path + [.key(pair.key)]
        if pair.key == "environment", case .mapping(let variables) = pair.value.content {
          return variables.map { ($0.key, below) }
        }
        return places(in: pair.value, below)
      }
    }
  }
}
