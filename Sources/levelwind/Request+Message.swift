import Verification

extension Request {
  /// The request as an HTTP/1.1 message.
  func message(host: String) -> [UInt8] {
    let query = self.query.isEmpty ? [] : [UInt8(ascii: "?")] + self.query
    var bytes = Array("\(method) ".utf8) + path + query + Array(" HTTP/1.1\r\n".utf8)
    bytes += Array("Host: \(host)\r\n".utf8)
    for field in headers.fields {
      bytes += Array("\(field.name): ".utf8) + field.value + Array("\r\n".utf8)
    }
    return bytes + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  /// The request without the values of these headers and parameters, which are secrets.
  func masking(_ secrets: (headers: Set<String>, parameters: Set<String>)) -> Request {
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
