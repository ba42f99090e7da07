import Verification

extension LoggingRule {
  /// Returns the fields of an entry beyond those that every entry has.
  func details(of request: Request) -> [LogRecord.Field] {
    var details: [LogRecord.Field] = []
    if headers != .none {
      if !request.query.isEmpty {
        let masked = MaskedQuery.mask(redactedParameters, in: request.query)
        details.append(("query", .text(String(decoding: masked, as: UTF8.self))))
      }
      details.append(("headers", .object(shown(of: request.headers))))
    }
    if bodyBytes > 0, !request.body.isEmpty {
      details.append(
        ("body", .excerpt(BodyExcerpt(redactedPaths, mostBytes: bodyBytes).text(of: request.body))))
    }
    return details
  }

  /// Returns the headers to show. Repeated headers are joined, as in a task.
  private func shown(of headers: Headers) -> [LogValue.Member] {
    var members: [LogValue.Member] = []
    for field in headers.fields {
      if case .named(let names) = self.headers, !names.contains(field.name) { continue }
      let value =
        redactedHeaders.contains(field.name)
        ? Self.mask : String(decoding: field.value, as: UTF8.self)
      if let place = members.firstIndex(where: { $0.name == field.name }) {
        members[place] = .init(field.name, "\(members[place].value), \(value)")
      } else {
        members.append(.init(field.name, value))
      }
    }
    return members
  }
}

/// The first bytes of a body as the log shows them, with some values masked.
struct BodyExcerpt {
  private let paths: [JSONPath]
  private let mostBytes: Int

  /// - Parameters:
  ///   - paths: the paths in a JSON body whose values are masked. If there are some, a body that
  ///     isn't JSON isn't shown.
  ///   - mostBytes: the most bytes that are shown.
  init(_ paths: [JSONPath], mostBytes: Int) {
    self.paths = paths
    self.mostBytes = mostBytes
  }

  func text(of body: [UInt8]) -> String {
    guard !paths.isEmpty else { return cut(body) }
    guard let ranges = JSONPath.ranges(of: paths, in: body) else {
      return "(not shown: it isn't JSON, so redact can't mask anything in it)"
    }
    var shown: [UInt8] = []
    var position = 0
    for range in ranges where range.lowerBound >= position && shown.count <= mostBytes {
      shown += body[position..<range.lowerBound]
      shown += "\"\(LoggingRule.mask)\"".utf8
      position = range.upperBound
    }
    if shown.count <= mostBytes { shown += body[position...].prefix(mostBytes + 1) }
    return cut(shown)
  }

  /// Returns the first `mostBytes` bytes as text, cut between characters.
  private func cut(_ bytes: [UInt8]) -> String {
    guard bytes.count > mostBytes else { return String(decoding: bytes, as: UTF8.self) }
    var end = mostBytes
    while end > max(0, mostBytes - 3), bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self) + "… (cut)"
  }
}
