import ArgumentParser

/// `KEY=VALUE` on the command line. The value may be empty.
struct KeyValue: ExpressibleByArgument {
  let key: String
  let value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
      return nil
    }
    key = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
  }
}

/// `KEY=VALUE` for a template, with a plain key and a value in YAML.
struct Setting: ExpressibleByArgument {
  let key: String
  let value: String

  init?(argument: String) {
    guard let pair = KeyValue(argument: argument) else { return nil }
    (key, value) = (pair.key, pair.value)
    let isKey = key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    // A value on one line can't be anything but this key's value.
    guard isKey, !value.isEmpty, !value.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      return nil
    }
  }
}
