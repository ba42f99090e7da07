import Bytes

/// What a form accepts, as a JSON Schema of draft 2020-12.
///
/// A schema can't say everything: it accepts what the reader of files accepts, and some more.
struct JSONSchema: Sendable {
  let members: [(String, JSONFragment)]

  var fragment: JSONFragment { .object(members) }

  /// Returns the first line of a file, by which editors find its schema (yaml-language-server).
  ///
  /// - Parameter kind: the name of the schema in the folder that the package installs them in.
  /// - Returns: a comment.
  static func comment(naming kind: String) -> String {
    "# yaml-language-server: $schema=/usr/share/levelwind/schema/\(kind).json"
  }

  /// A text. Files need no quotes around it, so that a number and a boolean are texts as well.
  static let text = JSONSchema(
    members: [("type", .list(["string", "number", "boolean"].map { .text($0) }))])

  /// A text that a regular expression matches, and that isn't read as a number or a boolean.
  ///
  /// - Parameters:
  ///   - pattern: the expression, by ECMA-262.
  ///   - refused: ASCII punctuation that the text must not have, although the expression allows it.
  ///   - longest: the most characters.
  /// - Returns: the schema.
  static func text(
    matching pattern: String, without refused: String = "", longest: Int? = nil
  ) -> JSONSchema {
    var members: [(String, JSONFragment)] = [
      ("type", .text("string")), ("pattern", .text(pattern)),
    ]
    if !refused.isEmpty {
      members.append(("not", .object([("pattern", .text("[\(refused)]"))])))
    }
    if let longest { members.append(("maxLength", .number(longest))) }
    return JSONSchema(members: members)
  }

  /// A text of one line.
  static let line = JSONSchema(
    members: text.members + [
      ("minLength", .number(1)), ("pattern", .text("^[^\\u0000-\\u001f\\u007f]*$")),
    ])

  static let boolean = JSONSchema(members: [("type", .text("boolean"))])

  static func integer(_ range: ClosedRange<Int>) -> JSONSchema {
    JSONSchema(members: [
      ("type", .text("integer")), ("minimum", .number(range.lowerBound)),
      ("maximum", .number(range.upperBound)),
    ])
  }

  static func words(_ words: [String]) -> JSONSchema {
    JSONSchema(members: [("enum", .list(words.map { .text($0) }))])
  }

  static func any(of schemas: [JSONSchema]) -> JSONSchema {
    JSONSchema(members: [("anyOf", .list(schemas.map(\.fragment)))])
  }

  static func list(of element: JSONSchema, mayBeEmpty: Bool) -> JSONSchema {
    JSONSchema(
      members: [("type", .text("array")), ("items", element.fragment)]
        + (mayBeEmpty ? [] : [("minItems", .number(1))]))
  }

  /// The same list without repeated values.
  var withoutRepetition: JSONSchema {
    JSONSchema(members: members + [("uniqueItems", .written(Array("true".utf8)))])
  }

  static func pairs(names: JSONSchema, values: JSONSchema) -> JSONSchema {
    JSONSchema(members: [
      ("type", .text("object")), ("propertyNames", names.fragment),
      ("additionalProperties", values.fragment),
    ])
  }

  /// A mapping with these keys and no others.
  static func mapping(_ options: [any DocumentedOption]) -> JSONSchema {
    let required = options.filter(\.isRequired).map { JSONFragment.text($0.key) }
    let properties = options.map { ($0.key, property($0).fragment) }
    return JSONSchema(
      members: [("type", .text("object")), ("properties", .object(properties))]
        + (required.isEmpty ? [] : [("required", .list(required))])
        + [("additionalProperties", .written(Array("false".utf8)))])
  }

  /// The mapping of a kind: its `type` is one word.
  static func kind(_ type: String, _ options: [any DocumentedOption]) -> JSONSchema {
    let constant = JSONSchema(members: [("const", .text(type))])
    let others = mapping(options)
    return JSONSchema(
      members: others.members.map { name, value in
        guard name == "properties", case .object(let properties) = value else {
          return (name, value)
        }
        return (name, .object([("type", constant.fragment)] + properties))
      }
    ).requiring("type")
  }

  /// One of several kinds of mapping.
  static func one(of kinds: [JSONSchema]) -> JSONSchema {
    JSONSchema(members: [("oneOf", .list(kinds.map(\.fragment)))])
  }

  private func requiring(_ key: String) -> JSONSchema {
    var members = members
    let place = members.firstIndex { $0.0 == "required" }
    if let place, case .list(let keys) = members[place].1 {
      members[place].1 = .list([.text(key)] + keys)
    } else {
      members.append(("required", .list([.text(key)])))
    }
    return JSONSchema(members: members)
  }

  private static func property(_ option: any DocumentedOption) -> JSONSchema {
    let fallback = option.fallbackText.flatMap { text in
      (try? YAMLDocument.parse(Array("value: \(text)".utf8)))?.value(of: "value")?.json
    }
    return JSONSchema(
      members: [("description", .text(option.documentation))]
        + (fallback.map { [("default", $0)] } ?? []) + option.schema.members)
  }
}

extension YAMLNode {
  fileprivate func value(of key: String) -> YAMLNode? {
    guard case .mapping(let pairs) = content else { return nil }
    return pairs.first { $0.key == key }?.value
  }

  /// The value as other programs read it from the file.
  fileprivate var json: JSONFragment {
    switch content {
    case .scalar(let text, isPlain: true) where ["true", "false"].contains(text):
      .written(Array(text.utf8))
    case .scalar(let text, isPlain: true): Int(text).map { .number($0) } ?? .text(text)
    case .scalar(let text, isPlain: false): .text(text)
    case .sequence(let nodes): .list(nodes.map(\.json))
    case .mapping(let pairs): .object(pairs.map { ($0.key, $0.value.json) })
    }
  }
}
