import FoundationEssentials
import Verification

extension Form {
  /// Returns the form of a list whose values all have the form `element`.
  ///
  /// - Parameters:
  ///   - element: the form of each value.
  ///   - plural: the plural noun for the values in messages.
  ///   - emptyMeans: the meaning of `[]`; nil if the list must not be empty.
  /// - Returns: the form of the list.
  static func list<Element: Sendable>(
    of element: Form<Element>, _ plural: String, emptyMeans: String? = nil
  ) -> Form<[Element]> where Value == [Element] {
    let note = emptyMeans.map { " ([] means that \($0))" } ?? ""
    let expectation = "a list of \(plural)\(note)"
    return Form(
      type: "list of \(plural)", expectation: expectation, nested: element.nested,
      schema: { .list(of: element.schema(), mayBeEmpty: emptyMeans != nil) },
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

  /// Returns the form of the same list, in which no value may occur twice. Messages call a value by
  /// the text that `name` returns.
  func withoutRepetition<Element: Hashable>(
    _ name: @escaping @Sendable (Element) -> String
  ) -> Form where Value == [Element] {
    Form(
      type: type, expectation: expectation, nested: nested,
      schema: { schema().withoutRepetition }, write: write,
      read: { found in
        guard let values = read(found) else { return nil }
        guard case .sequence(let nodes) = found.node.content else { return nil }
        var seen: Set<Element> = []
        var isUnique = true
        for (index, value) in values.enumerated() where !seen.insert(value).inserted {
          found.child(nodes[index], index: index).report("\(name(value)) is given twice")
          isUnique = false
        }
        return isUnique ? values : nil
      })
  }

  /// Returns the form of a mapping with the given options.
  ///
  /// - Parameters:
  ///   - expectation: the words for a right mapping in messages.
  ///   - options: the keys that the mapping may have.
  ///   - isConfidential: whether the mapping may hold a secret. Messages then don't show its text.
  ///   - make: returns the value, or reports a problem and returns nil.
  /// - Returns: the form of the mapping.
  static func mapping(
    _ expectation: String, options: [any DocumentedOption], isConfidential: Bool = false,
    make: @escaping @Sendable (Mapping) -> Value?
  ) -> Form {
    Form(
      type: "mapping", expectation: expectation, nested: options, schema: { .mapping(options) },
      write: { _ in "{}" },
      read: { found in
        var found = found
        found.isConfidential = found.isConfidential || isConfidential
        return Mapping(found, options: options, expected: expectation).flatMap(make)
      })
  }

  /// Returns the form of a mapping from names that the administrator chooses to values of one form.
  /// The pairs keep the file's order.
  static func pairs<Element: Sendable>(
    _ expectation: String, names: Form<String>, values: Form<Element>
  ) -> Form where Value == [Pair<Element>] {
    Form(
      type: "mapping", expectation: expectation,
      schema: { .pairs(names: names.schema(), values: values.schema()) }, write: { _ in "{}" },
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
  /// The list that was probably meant by a plain scalar; nil for an empty or confidential one.
  fileprivate var asList: String? {
    guard case .scalar(let text, isPlain: true) = node.content, !text.isEmpty, !isConfidential
    else { return nil }
    return "[\(text)]"
  }
}

extension Form where Value == Bool {
  /// `true` or `false`. YAML's other words for a boolean (`yes`, `on`) count as text.
  static let boolean = Form.scalar(
    "boolean", "true or false", plainOnly: true, schema: .boolean,
    suggest: { ["yes": "true", "on": "true", "no": "false", "off": "false"][$0.lowercased()] },
    parse: { ["true": true, "false": false][$0] })
}

extension Form where Value == Int {
  /// Returns the form of a whole number in decimal digits, without a leading zero.
  static func integer(_ range: ClosedRange<Int>) -> Form {
    let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return scalar("integer", expectation, plainOnly: true, schema: .integer(range)) { text in
      guard let number = Int(text), "\(number)" == text, range.contains(number) else { return nil }
      return number
    }
  }

  /// Returns the form of an HTTP status that lies in one of the ranges.
  static func status(_ expectation: String, in ranges: [ClosedRange<Int>]) -> Form {
    scalar(
      "status", expectation, plainOnly: true, schema: .any(of: ranges.map { .integer($0) })
    ) { text in
      guard let status = Int(text), "\(status)" == text else { return nil }
      return ranges.contains { $0.contains(status) } ? status : nil
    }
  }

  /// Returns the form of a size in bytes: `10MiB`, `1GiB`, `512KiB`, or a plain number of bytes.
  static func bytes(_ range: ClosedRange<Int>) -> Form {
    let limits = "from \(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound))"
    return scalar(
      "byte size", "a size such as 10MiB, \(limits)",
      schema: .any(of: [.integer(range), .text(matching: "^(0|[1-9][0-9]*)([KMGT]iB)?$")]),
      write: ByteSize.text,
      suggest: ByteSize.suggestion,
      parse: { text in
        ByteSize.parse(text).flatMap { range.contains($0) ? $0 : nil }
      })
  }
}

extension Form where Value == Duration {
  /// Returns the form of a span of time with its unit: `500ms`, `4s`, `10m`, `24h`, `30d`.
  static func duration(_ range: ClosedRange<Duration>) -> Form {
    let limits = "from \(TimeSpan.text(range.lowerBound)) to \(TimeSpan.text(range.upperBound))"
    return scalar(
      "duration", "a duration such as 4s, \(limits)",
      schema: .text(matching: "^(0|[1-9][0-9]*)(ms|s|m|h|d)$"),
      write: TimeSpan.text,
      suggest: TimeSpan.suggestion,
      parse: { text in
        TimeSpan.parse(text).flatMap { range.contains($0) ? $0 : nil }
      })
  }
}

extension Form where Value == Date {
  /// A moment with its offset from UTC.
  static let moment = Form.scalar(
    "RFC 3339 time", "a time with its offset such as 2026-11-23T18:00:00+01:00",
    write: { $0.ISO8601Format() }, parse: { RFC3339.moment(Array($0.utf8)) })
}

extension Form {
  /// Returns the form of a scalar that module Verification parses. The reason and the suggestion
  /// that `parse` throws become the problem.
  static func checked(
    _ type: String, _ expectation: String,
    schema: @autoclosure @escaping @Sendable () -> JSONSchema = .text,
    write: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) throws(Misconfiguration) -> Value
  ) -> Form {
    Form(
      type: type, expectation: expectation, schema: schema, write: write,
      read: { found in
        guard let text = found.text(expected: expectation) else { return nil }
        do throws(Misconfiguration) {
          return try parse(text)
        } catch {
          found.report(error.reason, suggestion: error.suggestion)
          return nil
        }
      })
  }
}

extension Form where Value == JSONPath {
  /// The path to a value in a JSON body.
  static let jsonPath = Form.checked(
    "JSON path", "a path such as signature.timestamp, or value[].clientState", write: \.text
  ) { text throws(Misconfiguration) in try JSONPath(text) }
}

extension Form where Value == Pattern {
  /// A regular expression.
  static let pattern = Form.checked(
    "pattern", "a regular expression", write: \.text.quoted
  ) { text throws(Misconfiguration) in try Pattern(text) }
}

extension Form where Value == Character {
  /// The character that separates the entries of a list.
  static let separator = Form.scalar(
    "character", "one visible ASCII character, or a blank in quotes",
    write: { String($0).quoted },
    parse: { text in
      guard text.utf8.count == 1, let byte = text.utf8.first, 0x20...0x7e ~= byte else {
        return nil
      }
      return text.first
    })
}

extension Form where Value == [String] {
  /// Returns the form of a list of texts, each of one line.
  static func lines(_ plural: String) -> Form { .list(of: Form<String>.line, plural) }
}

extension Form where Value == AddressRange {
  /// Reads one address, or a range in CIDR notation.
  static let addressRange = Form.checked(
    "address range", "an address or range such as 192.0.2.0/24", write: \.text
  ) { text throws(Misconfiguration) in try AddressRange(text) }
}
