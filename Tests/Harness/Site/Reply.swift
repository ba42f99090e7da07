import Foundation

/// The answer that a client got.
struct Reply {
  /// The status; 0 if there wasn't an answer.
  let status: Int
  /// The headers, with names in lower case.
  let headers: [(name: String, value: String)]
  let body: [UInt8]

  var hasRetryAfter: Bool { self["retry-after"] != nil }

  /// The headers as lines, with names in lower case.
  var lines: [String] { headers.map { "\($0.name): \($0.value)" } }

  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(header: String) -> String? { headers.first { $0.name == header }?.value }

  /// The members of a JSON body; empty if it isn't an object.
  var json: [String: Any] {
    ((try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]) ?? [:]
  }

  /// Parses an HTTP message, and skips interim (1xx) answers.
  init(message: [UInt8]) {
    var rest = message[...]
    var head = ""
    repeat {
      guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { break }
      head = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
      rest = rest[end.upperBound...]
    } while head.split(separator: " ").dropFirst().first?.first == "1"
    let lines = head.split(separator: "\r\n")
    status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    headers = lines.dropFirst().compactMap(Self.header)
    body = Array(rest)
  }

  /// Parses the answer of a CGI program, whose status is a header.
  init(cgi content: [UInt8]) {
    let end = content.firstRange(of: Array("\r\n\r\n".utf8))
    let head = String(decoding: content[..<(end?.lowerBound ?? 0)], as: UTF8.self)
    let all = head.split(separator: "\r\n").compactMap(Self.header)
    status = all.first { $0.name == "status" }.flatMap { Int($0.value.prefix(3)) } ?? 0
    headers = all.filter { $0.name != "status" }
    body = Array(content[(end?.upperBound ?? 0)...])
  }

  private static func header(_ line: Substring) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    return (line[..<colon].lowercased(), String(value))
  }
}
