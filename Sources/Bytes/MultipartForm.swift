/// The parts of a `multipart/form-data` body (RFC 7578), found one after the other and read in
/// place: a body of a million parts takes no more memory than an empty one.
package struct MultipartForm {
  /// A part of the form, which is a field or a file.
  package struct Part {
    /// The header fields, each with the line end before it.
    fileprivate let head: ArraySlice<UInt8>
    /// The content, as it was sent.
    package let content: ArraySlice<UInt8>

    /// Returns the value of the first header field of a name, in lower case; nil if it is missing.
    package func header(_ name: String) -> [UInt8]? {
      var rest = head
      while !rest.isEmpty {
        let start = rest.startIndex + 2
        let end = MultipartForm.place(of: MultipartForm.lineEnd, in: rest, from: start)
        let line = rest[start..<(end ?? rest.endIndex)]
        rest = rest[line.endIndex...]
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        let found = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        if found.prefix(while: { $0 != " " && $0 != "\t" }) == name {
          return Array(line[colon...].dropFirst().drop { $0 == 0x20 || $0 == 0x09 })
        }
      }
      return nil
    }

    /// The value of `Content-Disposition` with the name of the field; nil if it is missing.
    package var disposition: HeaderParameters? {
      header("content-disposition").map(HeaderParameters.init)
    }
  }

  /// What is wrong with a body.
  package enum Malformed: Error {
    /// It doesn't end with its boundary.
    case endless
    /// The header fields of a part don't end, or a strict reading finds too many of them.
    case headless
  }

  /// The most bytes of header fields that a strict reading takes: a few fields.
  package static let longestHead = 8192

  private let body: [UInt8]
  /// The line end and boundary before each part. Only a first part at the very start of the body
  /// lacks the line end.
  private let mark: [UInt8]
  private let isStrict: Bool
  /// The place after the last boundary that was found; nil before the first one.
  private var position: Int?

  /// Prepares the reading of a body; nil if the content type names no boundary.
  ///
  /// - Parameters:
  ///   - body: the body.
  ///   - contentType: the content type, which names the boundary.
  ///   - isStrict: whether header fields of more than `longestHead` bytes, and a boundary behind
  ///     the last one, make the body malformed. Otherwise what is behind the last boundary is left
  ///     unread, as RFC 2046 asks.
  package init?(_ body: [UInt8], contentType: [UInt8], isStrict: Bool) {
    guard let boundary = HeaderParameters(contentType).value(of: "boundary"),
      1...70 ~= boundary.count
    else { return nil }
    self.body = body
    self.isStrict = isStrict
    mark = Array("\r\n--".utf8) + boundary
  }

  /// Returns the next part; nil at the last boundary.
  ///
  /// - Throws: if the body is malformed from here on. The parts before it were read.
  package mutating func next() throws(Malformed) -> Part? {
    if position == nil {
      // A boundary at the start of the body counts as if a line end came before it.
      position = body.starts(with: mark.dropFirst(2)) ? mark.count - 2 : end(ofMarkFrom: 0)
    }
    guard let start = position else { throw .endless }
    if body[start...].starts(with: "--".utf8) {
      if isStrict, end(ofMarkFrom: start) != nil { throw .endless }
      return nil
    }
    guard let next = end(ofMarkFrom: start) else { throw .endless }
    position = next
    // Only blanks may stand between a boundary and its line end.
    let whole = body[..<(next - mark.count)]
    let head = Self.place(of: Self.lineEnd, in: body[...], from: start) ?? whole.endIndex
    let most = isStrict ? Self.longestHead + Self.headEnd.count : .max
    let top = whole[head...].prefix(most)
    guard let end = Self.place(of: Self.headEnd, in: top, from: head) else { throw .headless }
    return Part(head: whole[head..<end], content: whole[(end + Self.headEnd.count)...])
  }

  private static let lineEnd = Array("\r\n".utf8)
  private static let headEnd = Array("\r\n\r\n".utf8)

  private func end(ofMarkFrom start: Int) -> Int? {
    Self.place(of: mark, in: body[...], from: start).map { $0 + mark.count }
  }

  /// Returns the place of a mark that begins with a line end. A boundary contains no other one, so
  /// no byte is compared more than twice.
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
