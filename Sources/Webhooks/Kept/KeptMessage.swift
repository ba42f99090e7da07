import Verification

/// A request as an HTTP/1.1 message, without the headers and parameters that carry a secret.
enum KeptMessage {
  /// Returns the message up to and with the empty line. The body follows it.
  static func head(of request: Request, without secrets: SecretPlaces) -> [UInt8] {
    let query = MaskedQuery.mask(secrets.parameters, in: request.query)
    var message: [UInt8] = []
    message.reserveCapacity(1024)
    message += token(request.method)
    message.append(UInt8(ascii: " "))
    append(target: request.path, to: &message)
    if !query.isEmpty {
      message.append(UInt8(ascii: "?"))
      append(target: query, to: &message)
    }
    message += " HTTP/1.1\r\n".utf8
    // The body isn't chunked here, so its framing is written anew.
    let framing: Set = ["content-length", "transfer-encoding"]
    for field in request.headers.fields
    where !secrets.headers.contains(field.name) && !framing.contains(field.name) {
      message += token(field.name)
      message += ": ".utf8
      // No value may end its line, whatever the web server let pass.
      message += field.value.map { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f ? 0x20 : $0 }
      message += "\r\n".utf8
    }
    message += "content-length: \(request.body.count)\r\n\r\n".utf8
    return message
  }

  /// Returns a method or name with a hyphen in place of every byte that isn't allowed in one.
  private static func token(_ text: String) -> [UInt8] {
    text.isEmpty
      ? [UInt8(ascii: "-")] : text.utf8.map { 0x21...0x7e ~= $0 && $0 != 0x3a ? $0 : 0x2d }
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
