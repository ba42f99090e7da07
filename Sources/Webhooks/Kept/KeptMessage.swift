import Verification

/// A request as an HTTP/1.1 message, without the headers and parameters that carry a secret.
enum KeptMessage {
  /// Returns the message up to and with the empty line. The body follows it.
  static func head(of request: Request, without secrets: SecretPlaces) -> [UInt8] {
    let query = MaskedQuery.mask(secrets.parameters, in: request.query)
    var message: [UInt8] = []
    message.reserveCapacity(1024)
    append(token: request.method, to: &message)
    message.append(UInt8(ascii: " "))
    append(target: request.path, to: &message)
    if !query.isEmpty {
      message.append(UInt8(ascii: "?"))
      append(target: query, to: &message)
    }
    message += " HTTP/1.1\r\n".utf8
    for field in request.headers.fields
    where !secrets.headers.contains(field.name) && !isFraming(field.name) {
      append(token: field.name, to: &message)
      message += ": ".utf8
      // No value may end its line, whatever the web server let pass.
      let start = message.count
      message += field.value
      for index in start..<message.count where message[index].isControl { message[index] = 0x20 }
      message += "\r\n".utf8
    }
    message += "content-length: \(request.body.count)\r\n\r\n".utf8
    return message
  }

  /// Whether a header frames the body. The body isn't chunked here, so its framing is written anew.
  private static func isFraming(_ header: String) -> Bool {
    header == "content-length" || header == "transfer-encoding"
  }

  /// Appends a method or name with a hyphen in place of every byte that isn't allowed in one.
  private static func append(token text: String, to message: inout [UInt8]) {
    if text.isEmpty { message.append(UInt8(ascii: "-")) }
    for byte in text.utf8 { message.append(0x21...0x7e ~= byte && byte != 0x3a ? byte : 0x2d) }
  }

  private static func append(target bytes: [UInt8], to message: inout [UInt8]) {
    for byte in bytes {
      if 0x21...0x7e ~= byte || byte >= 0x80 {
        message.append(byte)
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        message += "%\(hex.count == 1 ? "0" : "")\(hex)".utf8
      }
    }
  }
}

extension UInt8 {
  /// Whether the byte could end a header's value. A tab can't.
  fileprivate var isControl: Bool { self < 0x20 && self != 0x09 || self == 0x7f }
}
