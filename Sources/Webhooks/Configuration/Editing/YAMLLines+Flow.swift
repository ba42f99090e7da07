extension YAMLLines {
  /// The text between the brackets of a list or mapping in flow form.
  struct Flow {
    /// The offset of the closing bracket.
    let close: Int
    /// The offset of the last character inside that is neither blank nor in a comment. Without one,
    /// the offset of the opening bracket.
    let last: Int
  }

  /// Finds the closing bracket of a list or mapping in flow form.
  ///
  /// - Parameter open: the offset of the opening bracket.
  /// - Returns: nil if there isn't a bracket at the offset, or its closing bracket is missing.
  func flow(from open: Int) -> Flow? {
    guard text.indices.contains(open), text[open] == "[" || text[open] == "{" else { return nil }
    var depth = 0
    var last = open
    var index = open
    while index < text.count {
      let scalar = text[index]
      switch scalar {
      case "[", "{": depth += 1
      case "]", "}":
        depth -= 1
        if depth == 0 { return Flow(close: index, last: last) }
      case "\"", "'":
        if startsToken(index) {
          guard let end = closingQuote(from: index) else { return nil }
          index = end
        }
      case "#":
        if isBlank(index - 1) {
          while index + 1 < text.count, text[index + 1] != "\n", text[index + 1] != "\r" {
            index += 1
          }
          index += 1
          continue
        }
      default: break
      }
      if !isBlank(index) { last = index }
      index += 1
    }
    return nil
  }

  /// Returns the offset of the quote that closes the one at `open`; nil if it is missing.
  func closingQuote(from open: Int) -> Int? {
    let quote = text[open]
    var index = open + 1
    while index < text.count {
      if quote == "\"", text[index] == "\\" {
        index += 2
      } else if text[index] == quote {
        guard quote == "'", index + 1 < text.count, text[index + 1] == "'" else { return index }
        index += 2
      } else {
        index += 1
      }
    }
    return nil
  }

  func isBlank(_ index: Int) -> Bool {
    guard text.indices.contains(index) else { return true }
    return [" ", "\t", "\n", "\r"].contains(text[index])
  }

  /// Whether a quote at the offset begins a text. Otherwise the quote is part of one: `it's`.
  private func startsToken(_ index: Int) -> Bool {
    isBlank(index - 1) || [",", "[", "{", ":"].contains(text[index - 1])
  }
}
