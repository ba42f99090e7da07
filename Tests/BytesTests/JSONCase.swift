/// A document, with the reason why RFC 8259 accepts or rejects it.
struct JSONCase {
  let why: String
  let bytes: [UInt8]

  init(_ text: String, _ why: String) { self.init(bytes: Array(text.utf8), why) }

  init(bytes: [UInt8], _ why: String) {
    self.why = why
    self.bytes = bytes
  }

  /// Makes a document of bytes between two texts.
  init(_ before: String, _ bytes: [UInt8], _ behind: String, _ why: String) {
    self.init(bytes: Array(before.utf8) + bytes + Array(behind.utf8), why)
  }

  /// Makes a document of one string with these bytes.
  init(string: [UInt8], _ why: String) {
    self.init("\"", string, "\"", why)
  }
}

/// Returns bytes as hexadecimal text.
func hex(_ bytes: [UInt8]) -> String {
  var text: [UInt8] = []
  for byte in bytes {
    for digit in [byte >> 4, byte & 15] {
      text.append(digit < 10 ? digit + 0x30 : digit - 10 + 0x61)
    }
  }
  return String(decoding: text, as: UTF8.self)
}
