/// A value to write on one line: a scalar, or a list or mapping in flow form.
struct YAMLValue {
  /// The texts that the value may be written as, the best first, each with its content.
  let forms: [(written: String, content: YAMLNode.Content)]

  /// - Parameter text: the value in YAML. If it isn't valid YAML, it is taken as text.
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
    // If the text has a comment or blanks around it, they were meant as part of the text.
    forms = found == text && !text.isEmpty ? [(text, content), asText] : [asText]
  }

  /// - Parameter text: any text, which becomes a scalar. It is written without quotes where that is
  ///   read as the same text.
  init(scalar text: String) {
    let quoted = YAMLScalar.quoting(text)
    let asText = (quoted.written, quoted.content)
    guard !text.isEmpty, let content = Self.content(text),
      case .scalar(let found, isPlain: true) = content, found.utf8.elementsEqual(text.utf8)
    else {
      forms = [asText]
      return
    }
    forms = [(text, content), asText]
  }

  private static func content(_ text: String) -> YAMLNode.Content? {
    guard !text.unicodeScalars.contains(where: \.isControl) else { return nil }
    let document = try? YAMLDocument.parse(Array("value: \(text)".utf8))
    guard case .mapping(let pairs) = document?.content, pairs.count == 1 else { return nil }
    return pairs[0].value.content
  }

  /// Returns a mapping in flow form with this value at one key.
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
