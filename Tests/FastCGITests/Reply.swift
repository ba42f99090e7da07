/// A CGI reply, as a web server reads it.
struct Reply: Equatable {
  /// The number in the `Status` header; 0 if there isn't one.
  let status: Int
  /// The other header lines.
  let headers: [String]
  let body: String

  init(_ content: [UInt8]) {
    let text = String(decoding: content, as: UTF8.self)
    guard let gap = text.firstRange(of: "\r\n\r\n") else {
      (status, headers, body) = (0, [], text)
      return
    }
    let lines = text[..<gap.lowerBound].split(separator: "\r\n").map(String.init)
    let line = lines.first { $0.hasPrefix("Status: ") }
    status = line.flatMap { Int($0.dropFirst(8).prefix(3)) } ?? 0
    headers = lines.filter { !$0.hasPrefix("Status: ") }
    body = String(text[gap.upperBound...])
  }
}
