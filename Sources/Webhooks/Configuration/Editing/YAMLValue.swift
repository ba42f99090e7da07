/// A value to be written: a scalar, or a list or mapping in flow form, on one line.
struct YAMLValue {
  /// How it may be written, the best first, and what each says.
  let forms: [(written: String, content: YAMLNode.Content)]

  /// - Parameter text: as it stands in YAML behind a key; what is no YAML is text.
  init(_ text: String) {
    let quoted = YAMLScalar.quoting(text)
    let asText = (quoted.written, quoted.content)
    guard let content = Self.content(text) else {
      forms = [asText]
      return
    }
    guard case .scalar(let found, isPlain: true) = content else {
      forms = [(text, content)]
      return
    }
    // A comment behind it, or blanks around, were meant as text.
    forms = found == text && !text.isEmpty ? [(text, content), asText] : [asText]
  }

  private static func content(_ text: String) -> YAMLNode.Content? {
    guard !text.unicodeScalars.contains(where: \.isControl) else { return nil }
    let document = try? YAMLDocument.parse(Array("value: \(text)".utf8))
    guard case .mapping(let pairs) = document?.content, pairs.count == 1 else { return nil }
    return pairs[0].value.content
  }

  /// The same as the value of a key, in a mapping in flow form.
  func nested(in key: String) -> YAMLValue {
    YAMLValue(
      forms: forms.map { form in
        let pair = YAMLNode.Pair(
          key: key, line: 0, column: 0, value: YAMLNode(line: 0, column: 0, content: form.content))
        return ("{\(key): \(form.written)}", .mapping([pair]))
      })
  }

  private init(forms: [(written: String, content: YAMLNode.Content)]) { self.forms = forms }
}
