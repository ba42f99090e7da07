import Foundation

/// What a client got back.
struct Reply {
  /// 0 if there was no answer.
  let status: Int
  /// Names in lower case.
  let headers: [(name: String, value: String)]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(header: String) -> String? { headers.first { $0.name == header }?.value }

  /// The members of a JSON body; none if it is no object.
  var json: [String: Any] {
    ((try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]) ?? [:]
  }

  /// Takes an HTTP message apart, without interim (1xx) answers before it.
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
