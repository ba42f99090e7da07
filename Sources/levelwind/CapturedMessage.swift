import Verification

/// An HTTP/1.1 request as it was captured: taken apart byte for byte.
///
/// Lines may end in LF alone, as editors leave them. A body is as long as Content-Length says, or
/// chunked; without either it is whatever follows the head.
struct CapturedMessage {
  /// Why some bytes are no message.
  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  let request: Request

  init(_ bytes: [UInt8]) throws(Unreadable) {
    var lines = MessageLines(bytes)
    let first = try lines.next() ?? []
    let words = first.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty,
      words[2].starts(with: "HTTP/1.".utf8)
    else {
      throw Unreadable(description: "the first line is no request line such as POST /hook HTTP/1.1")
    }
    var request = Request(method: String(decoding: words[0], as: UTF8.self), path: [])
    (request.path, request.query) = Self.target(Array(words[1]))
    request.headers = try Self.headers(&lines)
    request.body = try Self.body(lines.rest, request.headers)
    self.request = request
  }

  /// Path and query; an absolute URL, as proxies get it, counts from its path.
  private static func target(_ target: [UInt8]) -> (path: [UInt8], query: [UInt8]) {
    var target = target[...]
    if let scheme = target.firstRange(of: Array("://".utf8)), target.first != UInt8(ascii: "/") {
      target = target[scheme.upperBound...].drop { $0 != UInt8(ascii: "/") }
    }
    let path = target.prefix { $0 != UInt8(ascii: "?") }
    return (Array(path), Array(target.dropFirst(path.count + 1)))
  }

  private static func headers(_ lines: inout MessageLines) throws(Unreadable) -> Headers {
    var headers = Headers()
    while true {
      guard let line = try lines.next() else {
        throw Unreadable(description: "the head does not end: an empty line is missing")
      }
      if line.isEmpty { return headers }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
        !line[..<colon].contains(where: { $0 <= 0x20 || $0 >= 0x7f })
      else {
        throw Unreadable(description: "line \(lines.number) is no header such as Name: value")
      }
      headers.append(
        name: String(decoding: line[..<colon], as: UTF8.self),
        value: line[(colon + 1)...].withoutBlanks)
    }
  }

  private static func body(
    _ rest: ArraySlice<UInt8>, _ headers: Headers
  ) throws(Unreadable) -> [UInt8] {
    if let coding = headers.values(of: "transfer-encoding").last {
      guard coding.map({ $0 | 0x20 }) == Array("chunked".utf8) else {
        throw Unreadable(description: "the transfer coding is not chunked")
      }
      return try chunked(rest)
    }
    let lengths = headers.values(of: "content-length")
    guard let length = lengths.first else { return Array(rest) }
    guard Set(lengths).count == 1, !length.isEmpty, length.count < 16,
      length.allSatisfy({ 0x30...0x39 ~= $0 })
    else { throw Unreadable(description: "Content-Length is no number") }
    let count = length.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    // An editor adds a newline at the end; anything else that doesn't fit is a mistake.
    let body = Array(rest.prefix(count))
    let behind = rest.dropFirst(count)
    guard body.count == count, behind.isEmpty || behind.elementsEqual("\n".utf8) else {
      throw Unreadable(
        description: "Content-Length is \(count), and the body has \(rest.count) bytes")
    }
    return body
  }

  private static func chunked(_ rest: ArraySlice<UInt8>) throws(Unreadable) -> [UInt8] {
    var lines = MessageLines(Array(rest))
    var body: [UInt8] = []
    while true {
      let line = try lines.next() ?? []
      let digits = Array(line.prefix { $0 != UInt8(ascii: ";") }).withoutBlanks
      guard 1...8 ~= digits.count,
        let size = Int(String(decoding: digits, as: UTF8.self), radix: 16),
        size >= 0
      else { throw Unreadable(description: "a chunk's size can't be read") }
      if size == 0 { return body }
      body += try lines.take(size)
      guard try lines.next()?.isEmpty == true else {
        throw Unreadable(description: "a chunk is longer than its size says")
      }
    }
  }
}

extension Collection<UInt8> {
  /// Without the blanks and tabs around.
  fileprivate var withoutBlanks: [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    return Array(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
