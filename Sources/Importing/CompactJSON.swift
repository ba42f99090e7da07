/// JSON on one line.
enum CompactJSON {
  /// Returns a JSON text on one line, without the white space between its parts. Strings stay as
  /// they are.
  static func line(_ bytes: [UInt8]) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(bytes.count + 1)
    var isString = false
    var isEscaped = false
    for byte in bytes {
      if isString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isString = false
        }
      } else {
        if byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { continue }
        if byte == UInt8(ascii: "\"") { isString = true }
      }
      line.append(byte)
    }
    line.append(0x0a)
    return line
  }
}
