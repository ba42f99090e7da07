/// A scalar to be written: its text, and whether it stands there without quotes.
struct YAMLScalar: Equatable {
  let text: String
  let isPlain: Bool

  /// A word such as `true` or a time: nothing in it needs quotes.
  static func plain(_ text: String) -> YAMLScalar { YAMLScalar(text: text, isPlain: true) }

  private init(text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// Any text, in quotes unless it is words that nothing can be mistaken in.
  init(_ text: String) {
    self.init(text: text, isPlain: Self.isSimple(text))
  }

  /// Any text, in quotes always.
  static func quoting(_ text: String) -> YAMLScalar { YAMLScalar(text: text, isPlain: false) }

  /// As it stands in a file, on one line.
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

  /// In double quotes, everything but visible characters escaped.
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
