extension Form {
  /// A list of values, each of the same form.
  ///
  /// - Parameter emptyMeans: what `[]` means; nil where the list has to have an element.
  static func list<Element: Sendable>(
    of element: Form<Element>, _ plural: String, emptyMeans: String? = nil
  ) -> Form<[Element]> where Value == [Element] {
    let note = emptyMeans.map { " ([] means that \($0))" } ?? ""
    let expectation = "a list of \(plural)\(note)"
    return Form(
      type: "list of \(plural)", expectation: expectation, nested: element.nested,
      write: { "[\($0.map(element.write).joined(separator: ", "))]" },
      read: { found in
        guard case .sequence(let nodes) = found.node.content else {
          found.report(expected: expectation, suggestion: found.asList)
          return nil
        }
        if nodes.isEmpty, emptyMeans == nil {
          found.report("expected \(expectation), found an empty list")
          return nil
        }
        let values = nodes.enumerated().map { element.read(found.child($1, index: $0)) }
        return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
      })
  }

  /// The same list, each of its values different from the others.
  func withoutRepetition<Element: Hashable>(
    _ name: @escaping @Sendable (Element) -> String
  ) -> Form where Value == [Element] {
    Form(
      type: type, expectation: expectation, nested: nested, write: write,
      read: { found in
        guard let values = read(found) else { return nil }
        guard case .sequence(let nodes) = found.node.content else { return nil }
        var seen: Set<Element> = []
        var isUnique = true
        for (index, value) in values.enumerated() where !seen.insert(value).inserted {
          found.child(nodes[index], index: index).report("\(name(value)) is there twice")
          isUnique = false
        }
        return isUnique ? values : nil
      })
  }

  /// A mapping with the options of its kind.
  ///
  /// - Parameter make: the value; nil where it reported a problem.
  static func mapping(
    _ expectation: String, options: [any DocumentedOption], isConfidential: Bool = false,
    make: @escaping @Sendable (Mapping) -> Value?
  ) -> Form {
    Form(
      type: "mapping", expectation: expectation, nested: options, write: { _ in "{}" },
      read: { found in
        var found = found
        found.isConfidential = found.isConfidential || isConfidential
        return Mapping(found, options: options, expected: expectation).flatMap(make)
      })
  }

  /// A mapping from names of the administrator's choice to values of one form, in its order.
  static func pairs<Element: Sendable>(
    _ expectation: String, names: Form<String>, values: Form<Element>
  ) -> Form where Value == [Pair<Element>] {
    Form(
      type: "mapping", expectation: expectation, write: { _ in "{}" },
      read: { found in
        guard case .mapping(let entries) = found.node.content else {
          found.report(expected: expectation)
          return nil
        }
        let pairs = entries.map { entry -> Pair<Element>? in
          let name = YAMLNode(
            line: entry.line, column: entry.column, content: .scalar(entry.key, isPlain: false))
          let place = found.child(name, key: entry.key)
          guard let name = names.read(place) else { return nil }
          return values.read(found.child(entry.value, key: entry.key)).map {
            Pair(name: name, value: $0)
          }
        }
        return pairs.contains { $0 == nil } ? nil : pairs.compactMap { $0 }
      })
  }
}

extension Found {
  /// A scalar as the list that was probably meant.
  fileprivate var asList: String? {
    guard case .scalar(let text, isPlain: true) = node.content, !text.isEmpty, !isConfidential
    else { return nil }
    return "[\(text)]"
  }
}
