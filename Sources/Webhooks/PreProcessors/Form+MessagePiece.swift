import Verification

extension Form where Value == MessagePiece {
  private static let words: [String: MessagePiece] = [
    "body": .body, "body_base64": .bodyBase64, "body_crc32": .bodyCRC32, "method": .method,
    "url": .url, "url_without_query": .urlWithoutQuery, "url_host": .urlHost, "path": .path,
    "path_and_query": .pathAndQuery, "query": .query, "timestamp": .timestamp,
  ]
  private static let text = Option(optional: "text", .text, "This text.")
  private static let header = Option(optional: "header", .headerName, "A header's value.")
  private static let headerIfAny = Option(
    optional: "header_if_any", .headerName, "A header's value, or nothing if the header is missing."
  )
  private static let key = Option(
    optional: "key", .line,
    "The value of a key, where the signature's header is a list of `key=value`.")
  private static let field = Option(
    optional: "form_field", .line, "A field of a form body, decoded.")
  private static let fieldOrBody = Option(
    optional: "form_field_or_body", .line,
    "A field of a form body, or the whole body if it isn't a form.")
  private static let queryWithout = Option(
    optional: "query_without", .line, "The query without this parameter.")
  private static let named: [any DocumentedOption] = [
    text, header, headerIfAny, key, field, fieldOrBody, queryWithout,
  ]

  /// Reads one piece of the signed message: a word, or a mapping with one key.
  static let messagePiece = Form(
    type: "piece", expectation: expectation,
    schema: { .any(of: [.words(words.keys.sorted()), mapping.schema()]) },
    write: { $0 == .body ? "body" : "\($0)" },
    read: { found in
      if case .mapping = found.node.content { return mapping.read(found) }
      guard let word = found.text(expected: expectation) else { return nil }
      if let piece = words[word] { return piece }
      found.report(
        expected: expectation, suggestion: words.keys.sorted().closest(to: word))
      return nil
    })

  private static let expectation =
    "one of \(words.keys.sorted().joined(separator: ", ")), or a mapping such as {text: .}"

  private static let mapping = Form.mapping(expectation, options: named) { mapping in
    let pieces: [MessagePiece?] = [
      mapping[text].map { .literal($0) }, mapping[header].map { .header($0) },
      mapping[headerIfAny].map { .headerIfAny($0) }, mapping[key].map { .pair($0) },
      mapping[field].map { .formField($0) },
      mapping[fieldOrBody].map { .formFieldOrBody($0) },
      mapping[queryWithout].map { .queryWithout($0) },
    ]
    return mapping.hasOne(of: named) ? pieces.compactMap(\.self).first : nil
  }
}
