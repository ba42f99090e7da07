import Foundation

/// The answer that a client got.
struct Reply {
  /// The status; 0 if there wasn't an answer.
  let status: Int
  /// The headers, with names in lower case.
  let headers: [(name: String, value: String)]
  let body: [UInt8]

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
    headers = lines.dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (line[..<colon].lowercased(), String(value))
    }
    body = Array(rest)
  }
}
