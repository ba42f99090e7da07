import Bytes
import FoundationEssentials

/// The form that values of one type have in a file: how they are read, written and described.
struct Form<Value: Sendable>: Sendable {
  /// The type in a word or two, for the tables of keys: `byte size`.
  let type: String
  /// The words that complete "expected …": `a size such as 10MiB, from 1KiB to 1GiB`.
  let expectation: String
  /// The options of the mapping or of the mappings in the list; empty for other types.
  var nested: [any DocumentedOption] = []
  /// Returns what other programs may check a file by.
  let schema: @Sendable () -> JSONSchema
  /// Returns the value as text for a file.
  let write: @Sendable (Value) -> String
  /// Returns the value, or reports a problem and returns nil.
  let read: @Sendable (Found) -> Value?
}

extension Form {
  /// Returns a form of scalars.
  ///
  /// - Parameters:
  ///   - type: the name of the type in the reference.
  ///   - expectation: the words for a right value in messages.
  ///   - plainOnly: whether quotes are refused, because they make the value a text: `"true"`.
  ///   - schema: what other programs may check a value by.
  ///   - write: returns the text of a value in a file.
  ///   - suggest: returns the value that was probably meant by a text that `parse` refused.
  ///   - parse: returns the value, or nil if the text isn't one.
  /// - Returns: the form, which reports any text that isn't a value.
  static func scalar(
    _ type: String, _ expectation: String, plainOnly: Bool = false,
    schema: @autoclosure @escaping @Sendable () -> JSONSchema = .text,
    write: @escaping @Sendable (Value) -> String = { "\($0)" },
    suggest: @escaping @Sendable (String) -> String? = { _ in nil },
    parse: @escaping @Sendable (String) -> Value?
  ) -> Form {
    Form(
      type: type, expectation: expectation, schema: schema, write: write,
      read: { found in
        guard let text = found.text(expected: expectation) else { return nil }
        if plainOnly, case .scalar(_, isPlain: false) = found.node.content {
          found.report(expected: "\(expectation) without quotes")
          return nil
        }
        if let value = parse(text) { return value }
        found.report(
          expected: expectation, suggestion: found.isConfidential ? nil : suggest(text))
        return nil
      })
  }
}

extension Form where Value == String {
  /// Any text, including the empty one.
  static let text = Form.scalar(
    "text", "text", write: \.quoted,
    parse: { $0 })

  /// One line of text for people: 1 to 1000 bytes of UTF-8 without control characters.
  static let line = Form.scalar("text", "a line of text", schema: .line) { text in
    let isLine = !text.isEmpty && !text.unicodeScalars.contains(where: \.isControl)
    return isLine && text.utf8.count <= 1000 ? text : nil
  }

  /// The name of a header field: a token of RFC 9110, section 5.6.2, of at most 100 bytes. It keeps
  /// its spelling.
  static let headerName = Form.scalar(
    "header name", "the name of a header",
    schema: .text(matching: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", longest: 100)
  ) { text in
    HTTPText.isToken(text) && text.utf8.count <= 100 ? text : nil
  }

  /// The value of a header field: at most 4096 bytes of visible ASCII, with blanks only in between.
  static let headerValue = Form.scalar(
    "header value", "visible ASCII characters, and blanks between them", write: \.quoted,
    parse: { text in
      let bytes = text.utf8
      guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }), bytes.count <= 4096 else {
        return nil
      }
      return bytes.first != 0x20 && bytes.last != 0x20 ? text : nil
    })

  /// The start of a header field's value: at most 100 bytes of visible ASCII and blanks. A blank
  /// may end the text, but not begin it.
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

  /// The path of a file or folder. A relative path starts at the configuration's folder. The value
  /// read is an absolute path.
  static let path = Form(
    type: "path", expectation: "a path, absolute or from the configuration's folder",
    schema: { .text }, write: { $0 },
    read: { found in
      let expectation = "a path, absolute or from the configuration's folder"
      guard let text = found.text(expected: expectation) else { return nil }
      guard !text.isEmpty, !text.hasPrefix("~"), !text.unicodeScalars.contains(where: \.isControl)
      else {
        found.report(expected: expectation)
        return nil
      }
      let folder = found.reading.context.folder
      return text.hasPrefix("/")
        ? text : folder.hasSuffix("/") ? folder + text : "\(folder)/\(text)"
    })

  /// Returns the form of one of a few words.
  static func oneOf(_ words: [String], type: String = "word") -> Form {
    let list = words.joined(separator: ", ")
    return scalar(
      type, "one of \(list)", schema: .words(words), suggest: { words.closest(to: $0) },
      parse: {
        words.contains($0) ? $0 : nil
      })
  }
}

extension Form where Value: CaseIterable & RawRepresentable<String> {
  /// One of the words that are the raw values of the cases.
  static var choice: Form {
    let words = Value.allCases.map(\.rawValue)
    let expectation = "one of \(words.joined(separator: ", "))"
    return scalar(
      "word", expectation, schema: .words(words), write: \.rawValue,
      suggest: { words.closest(to: $0) }, parse: Value.init(rawValue:))
  }
}

extension Form where Value == String {
  /// An absolute http or https URL without user, query and fragment, of at most 2000 bytes.
  static let url = url("an https:// URL without query and fragment", refusing: "?#")
  /// A URL that requests are sent to. Unlike `url`, it may have a query.
  static let target = url("an https:// URL without a fragment", refusing: "#")

  private static func url(_ expectation: String, refusing more: String) -> Form {
    // The characters that a URL never holds unencoded, and those that begin the refused parts.
    let refused = Set(("\"<>\\^`{|}" + more).utf8)
    return scalar(
      "URL", expectation,
      schema: .text(
        matching: "^https?://[0-9A-Za-z._:\\[\\]-]+([/?][!-~]*)?$", without: more, longest: 2000),
      suggest: { $0.contains("://") ? nil : "https://\($0)" },
      parse: { isURL($0, without: refused) ? $0 : nil })
  }

  /// Returns whether a text is a URL that requests can be sent to.
  static func isTarget(_ text: String) -> Bool { isURL(text, without: Set("\"<>\\^`{|}#".utf8)) }

  private static func isURL(_ text: String, without refused: Set<UInt8>) -> Bool {
    let allowed = text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !refused.contains($0) }
    guard allowed, text.utf8.count <= 2000, let parts = URLComponents(string: text) else {
      return false
    }
    guard ["http", "https"].contains(parts.scheme), let host = parts.host, !host.isEmpty else {
      return false
    }
    return parts.user == nil && parts.port.map { (1...65535).contains($0) } ?? true
  }
}
