extension YAMLLines {
  /// Returns the candidate texts in which `new` replaces a scalar.
  func scalars(in node: YAMLNode, replacedBy new: YAMLScalar) -> [Text] {
    guard let start = offset(line: node.line, column: node.column),
      case .scalar(let old, let isPlain) = node.content
    else { return [] }
    let written = Text(new.written.unicodeScalars)
    if node.isNothing {
      return [replacing(start..<start, with: [" "] + written)]
        + [replacing(start..<start, with: written)]
    }
    let length = old.unicodeScalars.count
    if isPlain {
      guard start + length <= text.count,
        text[start..<(start + length)].elementsEqual(old.unicodeScalars)
      else { return [] }
      return [replacing(start..<(start + length), with: written)]
    }
    guard text.indices.contains(start), text[start] == "\"" || text[start] == "'",
      let end = closingQuote(from: start)
    else { return [] }
    return [replacing(start..<(end + 1), with: written)]
  }

  /// Returns the candidate texts in which a mapping has one more entry.
  func mappings(_ node: YAMLNode, with entry: String, behind neighbours: [String]) -> [Text] {
    guard case .mapping(let pairs) = node.content,
      let start = offset(line: node.line, column: node.column)
    else { return [] }
    if let flow = flow(from: start) {
      return [adding(entry, to: flow, isEmpty: pairs.isEmpty)]
    }
    guard let first = pairs.min(by: { ($0.line, $0.column) < ($1.line, $1.column) }) else {
      return [inserting(entry, before: count)]
    }
    let new = String(repeating: " ", count: first.column - 1) + entry
    let keys = pairs.sorted { $0.line < $1.line }
    // The line of the key that follows a neighbour.
    let wanted = neighbours.compactMap { name in
      keys.firstIndex { $0.key == name }.map { keys.dropFirst($0 + 1).first?.line ?? .max }
    }
    // A new line between a comment and its key would separate the two.
    let between = keys.dropFirst().map(\.line).filter { !isIdle($0 - 1) }
    let before = wanted.filter { between.contains($0) }
    let after = wanted.contains(.max) || before.isEmpty ? ends(of: node, column: first.column) : []
    return (before + after + ends(of: node, column: first.column) + between)
      .map { inserting(new, before: $0) }
  }

  /// Returns the candidate texts in which a list has one more element, written in flow form.
  func sequences(_ node: YAMLNode, with element: String) -> [Text] {
    guard case .sequence(let nodes) = node.content,
      let start = offset(line: node.line, column: node.column)
    else { return [] }
    if let flow = flow(from: start) {
      return [adding(element, to: flow, isEmpty: nodes.isEmpty)]
    }
    let new = String(repeating: " ", count: node.column - 1) + "- " + element
    return ends(of: node, column: node.column).map { inserting(new, before: $0) }
  }

  /// Returns the candidate texts in which a list lacks an element.
  func sequences(_ node: YAMLNode, without index: Int) -> [Text] {
    guard case .sequence(let nodes) = node.content,
      let start = offset(line: node.line, column: node.column)
    else { return [] }
    let element = nodes[index]
    if flow(from: start) != nil { return elements(nodes, without: index) }
    let end = ends(of: element, column: node.column)
    return end.filter { $0 > element.line }.map { removing(element.line..<$0) }
  }

  /// Returns the lines before which text may be inserted that follows a node in block form: behind
  /// its last value, behind the lines that continue that value, and behind the comments there.
  func ends(of node: YAMLNode, column: Int) -> [Int] {
    let near = node.lastLine + 1
    var far = near
    while far <= count, (indentation(far) ?? .max) > column - 1 { far += 1 }
    // The last line is the text behind the last line end, which is usually empty.
    var trimmed = far
    while trimmed > near, isIdle(trimmed - 1) { trimmed -= 1 }
    return [trimmed, near, far]
  }

  private func adding(_ entry: String, to flow: Flow, isEmpty: Bool) -> Text {
    let hasComma = text[flow.last] == ","
    let lead = isEmpty ? "" : hasComma ? " " : ", "
    return replacing((flow.last + 1)..<(flow.last + 1), with: (lead + entry).unicodeScalars)
  }

  /// Returns the candidate texts of a list in flow form without an element and its comma.
  private func elements(_ nodes: [YAMLNode], without index: Int) -> [Text] {
    func range(_ node: YAMLNode) -> Range<Int>? {
      guard let start = offset(line: node.line, column: node.column), let flow = flow(from: start)
      else { return nil }
      return start..<(flow.close + 1)
    }
    guard let gone = range(nodes[index]) else { return [] }
    var texts: [Text] = []
    var end = gone.upperBound
    while end < text.count, isBlank(end) { end += 1 }
    if end < text.count, text[end] == "," {
      end += 1
      while end < text.count, text[end] == " " { end += 1 }
      texts.append(replacing(gone.lowerBound..<end, with: []))
    }
    if index > 0, let before = range(nodes[index - 1]) {
      texts.append(replacing(before.upperBound..<gone.upperBound, with: []))
    }
    return texts
  }
}
