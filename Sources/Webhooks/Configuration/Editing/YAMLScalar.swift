/// A scalar to write: its text, and whether the text stands without quotes.
struct YAMLScalar: Equatable {
  let text: String
  let isPlain: Bool

  /// Returns a scalar without quotes, for a word such as `true` or a time, which need none.
  static func plain(_ text: String) -> YAMLScalar { YAMLScalar(text: text, isPlain: true) }

  private init(text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// Creates a scalar of any text. The text is quoted unless it consists of words that YAML can't
  /// mistake for something else.
  init(_ text: String) {
    self.init(text: text, isPlain: Self.isSimple(text))
  }

  /// Returns a scalar of any text that is always quoted.
  static func quoting(_ text: String) -> YAMLScalar { YAMLScalar(text: text, isPlain: false) }

  /// The scalar as it stands in a file, on one line.
  var written: String { isPlain ? text : Self.quoted(text) }

  var content: YAMLNode.Content { .scalar(text, isPlain: isPlain) }

  private static func isSimple(_ text: String) -> Bool {
    let words: Set = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic,
      text.last != " ", !words.contains(text.lowercased())
    else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || " -_./()+".unicodeScalars.contains(scalar)
    }
  }

  /// Returns the text in double quotes, with quotes, backslashes and control characters escaped.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.isControl || scalar.value == 0xfeff:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
