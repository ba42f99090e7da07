extension Form where Value == String {
  /// Any text, the empty one too.
  static let text = Form.scalar(
    "text", "text", write: \.quoted,
    parse: { $0 })

  /// One line of text for people, with something in it.
  static let line = Form.scalar("text", "a line of text") { text in
    let isLine = !text.isEmpty && !text.unicodeScalars.contains(where: \.isControl)
    return isLine && text.utf8.count <= 1000 ? text : nil
  }

  /// The name of a header field: a token of RFC 9110, section 5.6.2. It keeps its spelling.
  static let headerName = Form.scalar(
    "header name", "the name of a header"
  ) { text in
    !text.isEmpty && text.utf8.allSatisfy(\.isTokenCharacter) && text.utf8.count <= 100
      ? text : nil
  }

  /// The value of a header field: visible ASCII, and blanks within.
  static let headerValue = Form.scalar(
    "header value", "visible ASCII characters, and blanks between them", write: \.quoted,
    parse: { text in
      let bytes = text.utf8
      guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }), bytes.count <= 4096 else {
        return nil
      }
      return bytes.first != 0x20 && bytes.last != 0x20 ? text : nil
    })

  /// What stands at the start of a header's value: as that, and blanks may end it.
  static let headerStart = Form.scalar(
    "text", "visible ASCII characters and blanks", write: \.quoted,
    parse: { text in
      let bytes = text.utf8
      guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }), bytes.count <= 100 else { return nil }
      return bytes.first != 0x20 ? text : nil
    })

  /// An HTTP method that a webhook may be called with.
  static let method = Form.oneOf(
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], type: "HTTP method")

  /// The path of a file or folder; a relative one counts from the configuration's folder.
  ///
  /// - Returns: an absolute path.
  static let path = Form(
    type: "path", expectation: "a path, absolute or from the configuration's folder",
    write: { $0 },
    read: { found in
      let expectation = "a path, absolute or from the configuration's folder"
      guard let text = found.text(expected: expectation) else { return nil }
      guard !text.isEmpty, !text.hasPrefix("~"), !text.unicodeScalars.contains(where: \.isControl)
      else {
        found.report(expected: expectation)
        return nil
      }
      let folder = found.reading.surroundings.folder
      return text.hasPrefix("/")
        ? text : folder.hasSuffix("/") ? folder + text : "\(folder)/\(text)"
    })

  /// One of a few words.
  static func oneOf(_ words: [String], type: String = "word") -> Form {
    let list = words.joined(separator: ", ")
    return scalar(
      type, "one of \(list)", suggest: { words.closest(to: $0) },
      parse: {
        words.contains($0) ? $0 : nil
      })
  }
}

extension Form where Value: CaseIterable & RawRepresentable<String> {
  /// One of the words that the cases are called.
  static var choice: Form {
    let words = Value.allCases.map(\.rawValue)
    let expectation = "one of \(words.joined(separator: ", "))"
    return scalar(
      "word", expectation, write: \.rawValue, suggest: { words.closest(to: $0) },
      parse: Value.init(rawValue:))
  }
}

extension Form where Value == Identifier {
  /// The identifier of an incoming configuration that there is.
  static let incoming = Form(
    type: "identifier", expectation: "the identifier of an incoming configuration",
    write: \.text,
    read: { found in
      let expectation = "the identifier of an incoming configuration"
      guard let text = found.text(expected: expectation) else { return nil }
      let known = found.reading.surroundings.incoming
      let meant = { known.map(\.text).sorted().closest(to: text) ?? Identifier(name: text)?.text }
      guard let identifier = Identifier(text) else {
        found.report(
          expected: "\(expectation) (a-z, 0-9 and inner hyphens)", suggestion: meant())
        return nil
      }
      guard known.contains(identifier) else {
        let names = known.map(\.text).sorted()
        let more = names.count > 8 ? ", …" : ""
        let message =
          "there is no incoming/\(identifier).yaml"
          + (names.isEmpty ? "" : ", only \(names.prefix(8).joined(separator: ", "))\(more)")
          + "; levelwind incoming create \(identifier) makes it"
        found.report(message, suggestion: names.closest(to: text))
        return nil
      }
      return identifier
    })
}

extension UInt8 {
  /// Whether it may stand in a token of RFC 9110.
  fileprivate var isTokenCharacter: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(self)
    }
  }
}
