/// The fields of a `multipart/form-data` body (RFC 7578), found lazily and read in place.
struct MultipartFields {
  /// The longest head of a part, in bytes: a few header fields.
  private static let longestHead = 8192

  private let body: [UInt8]
  /// The line end and boundary before each part. Only a first part at the very start of the body
  /// lacks the line end.
  private let mark: [UInt8]

  /// - Throws: `Rejection.unverified` if the content type names no boundary.
  init(_ request: Request) throws(Rejection) {
    let type = try request.headers.value("content-type")
    guard let boundary = Self.parameter("boundary", of: type), 1...70 ~= boundary.count else {
      throw .unverified("the content type names no boundary")
    }
    body = request.body
    mark = Array("\r\n--".utf8) + boundary
  }

  /// Returns the content of the only field with this name.
  ///
  /// - Throws: `Rejection.unverified` if the field is missing or came twice, if there are more
  ///   parts than `FormFields.most`, or if the body doesn't end with its boundary.
  func single(_ name: String) throws(Rejection) -> [UInt8] {
    // A boundary at the start of the body counts as if a line end came before it.
    var start =
      body.starts(with: mark.dropFirst(2)) ? mark.count - 2 : end(ofMarkFrom: 0)
    var value: ArraySlice<UInt8>?
    var (parts, found) = (0, 0)
    while let from = start, let next = end(ofMarkFrom: from) {
      parts += 1
      guard parts <= FormFields.most else { throw FormFields.tooMany("form field") }
      if let content = try content(of: body[from..<next - mark.count], named: name) {
        value = value ?? content
        found += 1
      }
      start = next
    }
    guard let start, body[start...].starts(with: "--".utf8) else {
      throw .unverified("the body does not end with its boundary")
    }
    guard let value, found == 1 else {
      throw .unverified("form field \(name) came \(found) times")
    }
    return Array(value)
  }

  /// Returns the content of a part if it has this name; nil otherwise.
  private func content(
    of part: ArraySlice<UInt8>, named name: String
  ) throws(Rejection) -> ArraySlice<UInt8>? {
    let blank = Array("\r\n\r\n".utf8)
    let top = part.prefix(Self.longestHead + blank.count)
    guard let end = Self.place(of: blank, in: top, from: top.startIndex) else {
      guard part.count <= Self.longestHead else {
        throw .unverified("the head of a form field is longer than \(Self.longestHead) bytes")
      }
      return nil
    }
    for line in Self.lines(of: part[..<end]) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        Array(line[..<colon]).trimmed.isText("content-disposition")
      else { continue }
      let found = Self.parameter("name", of: Array(line[(colon + 1)...]))
      return found?.elementsEqual(name.utf8) ?? false ? part[(end + blank.count)...] : nil
    }
    return nil
  }

  private func end(ofMarkFrom start: Int) -> Int? {
    Self.place(of: mark, in: body[...], from: start).map { $0 + mark.count }
  }

  private static func lines(of head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = head.startIndex
    while let end = place(of: Array("\r\n".utf8), in: head, from: start) {
      lines.append(head[start..<end])
      start = end + 2
    }
    return lines + [head[start...]]
  }

  /// Returns a parameter of a header's value, without its quotes; nil if it is missing.
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

  /// Returns the place of a mark that begins with a line end. The mark contains no other line end,
  /// so no byte is compared more than twice.
  private static func place(
    of mark: [UInt8], in bytes: ArraySlice<UInt8>, from start: Int
  ) -> Int? {
    let span = bytes.span
    var place = start - bytes.startIndex
    while place + mark.count <= span.count {
      if span[place] == mark[0], span[place + 1] == mark[1] {
        var length = 2
        while length < mark.count, span[place + length] == mark[length] { length += 1 }
        if length == mark.count { return bytes.startIndex + place }
      }
      place += 1
    }
    return nil
  }
}

extension Request {
  /// Returns the text of a field of a form body, URL-encoded or multipart.
  ///
  /// - Throws: `Rejection.unverified` if it is missing or came twice, or the body isn't a form.
  func formText(_ name: String) throws(Rejection) -> [UInt8] {
    isContent("multipart/form-data")
      ? try MultipartFields(self).single(name)
      : try FormFields(body).single(name, "form field").value
  }
}
