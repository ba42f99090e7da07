/// The parts of a `multipart/form-data` body (RFC 7578).
enum MultipartBody {
  struct Part {
    let name: [UInt8]
    /// The name of the file; nil if the field isn't a file.
    let fileName: [UInt8]?
    /// The content type that the part names; empty if it names none.
    let contentType: [UInt8]
    let content: [UInt8]
  }

  private static let lineEnd = Array("\r\n".utf8)
  private static let headEnd = Array("\r\n\r\n".utf8)

  static func parts(of body: ParserInput, most: Int) throws(Unparsed) -> [Part] {
    guard let boundary = body.parameter("boundary"), 1...70 ~= boundary.count else {
      throw .failed("the content type names no boundary")
    }
    let mark = lineEnd + Array("--".utf8) + boundary
    // With a line end before the first boundary, all boundaries look the same.
    let bytes = lineEnd + body.bytes
    var parts: [Part] = []
    var start: Int?
    var position = 0
    while let found = place(of: mark, in: bytes, from: position) {
      if let start {
        guard parts.count < most else { throw .failed("the form has more than \(most) fields") }
        parts.append(try part(bytes[start..<max(start, found)], number: parts.count + 1))
      }
      position = found + mark.count
      if bytes[position...].starts(with: "--".utf8) { return parts }
      let end = place(of: lineEnd, in: bytes, from: position) ?? bytes.count
      // The line end after a boundary may be the one before the next boundary.
      start = min(end + 2, bytes.count)
      position = end
    }
    throw .failed("the body does not end with its boundary, after \(parts.count) fields")
  }

  private static func part(_ bytes: ArraySlice<UInt8>, number: Int) throws(Unparsed) -> Part {
    let whole = lineEnd + bytes
    guard let end = place(of: headEnd, in: whole, from: 0) else {
      throw .failed("field \(number) has headers without an end")
    }
    var disposition: HeaderParameters?
    var contentType: [UInt8] = []
    for line in lines(whole[..<end]) {
      let name = line.prefix { $0 != UInt8(ascii: ":") }
      let value = Array(line.dropFirst(name.count + 1))
      switch String(decoding: name, as: UTF8.self).lowercased() {
      case "content-disposition": disposition = HeaderParameters(value)
      case "content-type": contentType = Array(value.drop { $0 == 0x20 || $0 == 0x09 })
      default: break
      }
    }
    guard let disposition, disposition.value == "form-data",
      let name = disposition.value(of: "name")
    else { throw .failed("field \(number) has no name") }
    return Part(
      name: name, fileName: disposition.value(of: "filename"), contentType: contentType,
      content: Array(whole[(end + headEnd.count)...]))
  }

  private static func lines(_ head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = head.startIndex
    let bytes = Array(head)
    while let end = place(of: lineEnd, in: bytes, from: start) {
      lines.append(bytes[start..<end])
      start = end + 2
    }
    return lines + [bytes[start...]]
  }

  private static func place(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    var place = start
    while place <= bytes.count - mark.count {
      if bytes[place] == mark[0], bytes[place..<(place + mark.count)].elementsEqual(mark) {
        return place
      }
      place += 1
    }
    return nil
  }
}
