import Verification

/// A captured HTTP/1.1 request, parsed byte for byte.
///
/// Lines may end in LF alone, as editors leave them. The body has the length of Content-Length, or
/// is chunked. Without either header it is everything behind the head.
public struct CapturedMessage {
  /// The reason why bytes can't be read as a request.
  public struct Unreadable: Error, CustomStringConvertible {
    /// The reason in words.
    public let description: String
  }

  /// The request.
  public let request: Request

  /// Reads a message.
  public init(_ bytes: [UInt8]) throws(Unreadable) {
    var lines = MessageLines(bytes)
    let first = try lines.next() ?? []
    let words = first.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty,
      words[2].starts(with: "HTTP/1.".utf8)
    else {
      throw Unreadable(
        description: "the first line isn't a request line such as POST /hook HTTP/1.1")
    }
    var request = Request(method: String(decoding: words[0], as: UTF8.self), path: [])
    (request.path, request.query) = Self.target(Array(words[1]))
    request.headers = try Self.headers(&lines)
    request.body = try Self.body(lines.rest, request.headers)
    self.request = request
  }

  /// Splits a request target into path and query. Of an absolute URL, as proxies get it, the path
  /// counts.
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
        throw Unreadable(description: "the headers do not end: an empty line is missing")
      }
      if line.isEmpty { return headers }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
        !line[..<colon].contains(where: { $0 <= 0x20 || $0 >= 0x7f })
      else {
        throw Unreadable(description: "line \(lines.number) isn't a header such as Name: value")
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
    else { throw Unreadable(description: "Content-Length isn't a number") }
    let count = length.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    // An editor adds a newline at the end. Any other difference is a mistake.
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
  /// The bytes without leading and trailing blanks and tabs.
  fileprivate var withoutBlanks: [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    return Array(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}

extension Request {
  /// Returns the request as an HTTP/1.1 message.
  public func message(host: String) -> [UInt8] {
    let query = self.query.isEmpty ? [] : [UInt8(ascii: "?")] + self.query
    var bytes = Array("\(method) ".utf8) + path + query + Array(" HTTP/1.1\r\n".utf8)
    bytes += Array("Host: \(host)\r\n".utf8)
    for field in headers.fields {
      bytes += Array("\(field.name): ".utf8) + field.value + Array("\r\n".utf8)
    }
    return bytes + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  /// Returns the request without the values of these headers and parameters, which are secrets.
  public func masking(_ secrets: (headers: Set<String>, parameters: Set<String>)) -> Request {
    var masked = self
    var headers = Headers()
    for field in self.headers.fields {
      let isSecret = secrets.headers.contains(field.name)
      headers.append(name: field.name, value: isSecret ? Array("(not shown)".utf8) : field.value)
    }
    masked.headers = headers
    masked.query = Array(
      query.split(separator: UInt8(ascii: "&")).map { part -> [UInt8] in
        let name = part.prefix { $0 != UInt8(ascii: "=") }
        let isSecret = secrets.parameters.contains(String(decoding: name, as: UTF8.self))
        return isSecret ? Array(name) + Array("=(not shown)".utf8) : Array(part)
      }.joined(separator: [UInt8(ascii: "&")]))
    return masked
  }
}
