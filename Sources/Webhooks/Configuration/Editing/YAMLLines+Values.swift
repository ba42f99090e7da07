extension YAMLLines {
  /// Returns the candidate texts in which a key has another value. The old value may have any form.
  func values(of pair: YAMLNode.Pair, replacedBy written: String) -> [Text] {
    if case .scalar = pair.value.content {
      return scalars(in: pair.value, replacedBy: .plain(written))
    }
    guard let start = offset(line: pair.value.line, column: pair.value.column) else { return [] }
    if let flow = flow(from: start) {
      return [replacing(start..<(flow.close + 1), with: written.unicodeScalars)]
    }
    // A value in block form: its lines are removed, and the new value follows the key.
    guard pair.value.line > pair.line, let key = offset(line: pair.line, column: pair.column),
      let colon = text[key...].firstIndex(of: ":")
    else { return [] }
    return ends(of: pair.value, column: pair.column).filter { $0 > pair.line + 1 }.map { end in
      let rest = YAMLLines(removing((pair.line + 1)..<end))
      return rest.replacing((colon + 1)..<(colon + 1), with: Text((" " + written).unicodeScalars))
    }
  }

  /// Returns the candidate texts in which a mapping lacks a key.
  func mappings(_ node: YAMLNode, without pair: YAMLNode.Pair) -> [Text] {
    guard let start = offset(line: node.line, column: node.column),
      let key = offset(line: pair.line, column: pair.column)
    else { return [] }
    guard let whole = flow(from: start) else {
      return ends(of: pair.value, column: pair.column).filter { $0 > pair.line }
        .map { removing(pair.line..<$0) }
    }
    // In flow form, the comma behind the entry goes with it, or the comma before it.
    let commas = (key..<whole.close).filter { text[$0] == "," }
    let first = text[..<key].lastIndex { $0 == "," || $0 == "{" } ?? start
    var texts = commas.map { comma -> Text in
      var end = comma + 1
      while end < whole.close, text[end] == " " { end += 1 }
      return replacing(key..<end, with: [])
    }
    texts.append(
      replacing((text[first] == "," ? first : key)..<whole.close, with: []))
    return texts
  }
}

extension YAMLLines {
  fileprivate init(_ text: Text) {
    var string = ""
    string.unicodeScalars.append(contentsOf: text)
    self.init(string)
  }
}
