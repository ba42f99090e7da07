/// The fields of a `multipart/form-data` body (RFC 7578).
struct MultipartFields {
  private let fields: [(name: [UInt8], value: [UInt8])]

  /// - Throws: `Refusal.unverified` if the content type names no boundary, or the body doesn't end
  ///   with it.
  init(_ request: Request) throws(Refusal) {
    let type = try request.headers.value("content-type")
    guard let boundary = Self.parameter("boundary", of: type), 1...70 ~= boundary.count else {
      throw .unverified("the content type names no boundary")
    }
    var fields: [(name: [UInt8], value: [UInt8])] = []
    let mark = Array("\r\n--".utf8) + boundary
    // As if a line ended before the first boundary, so that all of them look the same.
    let parts = Self.split(Array("\r\n".utf8) + request.body, by: mark)
    guard parts.count > 1, parts[parts.count - 1].starts(with: "--".utf8) else {
      throw .unverified("the body does not end with its boundary")
    }
    for part in parts.dropFirst().dropLast() {
      if let field = Self.field(part) { fields.append(field) }
    }
    self.fields = fields
  }

  /// - Throws: `Refusal.unverified` if the field is missing or came twice.
  func single(_ name: String) throws(Refusal) -> [UInt8] {
    let found = fields.filter { $0.name.elementsEqual(name.utf8) }
    guard found.count == 1 else {
      throw .unverified("form field \(name) came \(found.count) times")
    }
    return found[0].value
  }

  private static func field(_ part: ArraySlice<UInt8>) -> (name: [UInt8], value: [UInt8])? {
    let halves = split(Array(part), by: Array("\r\n\r\n".utf8), max: 1)
    guard halves.count == 2 else { return nil }
    for line in split(Array(halves[0]), by: Array("\r\n".utf8)) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        Array(line[..<colon]).trimmed.isText("content-disposition")
      else { continue }
      guard let name = parameter("name", of: Array(line[(colon + 1)...])) else { return nil }
      return (name, Array(halves[1]))
    }
    return nil
  }

  /// A parameter of a header's value, without its quotes.
  private static func parameter(_ name: String, of value: [UInt8]) -> [UInt8]? {
    for part in value.split(separator: UInt8(ascii: ";")).dropFirst() {
      let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard pair.count == 2, Array(pair[0]).trimmed.isText(name) else { continue }
      let text = Array(pair[1]).trimmed
      let quote = UInt8(ascii: "\"")
      return text.count > 1 && text.first == quote && text.last == quote
        ? Array(text.dropFirst().dropLast()) : text
    }
    return nil
  }

  private static func split(
    _ bytes: [UInt8], by mark: [UInt8], max: Int = .max
  ) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count, parts.count < max {
      if bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark) {
        parts.append(bytes[start..<index])
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    return parts + [bytes[start...]]
  }
}

extension Request {
  /// The text of a field of a form body, of either kind.
  ///
  /// - Throws: `Refusal.unverified` if it is missing or came twice, or the body is no form.
  func formText(_ name: String) throws(Refusal) -> [UInt8] {
    isContent("multipart/form-data")
      ? try MultipartFields(self).single(name)
      : try FormFields(body).single(name, "form field").value
  }
}
