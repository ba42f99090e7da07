import CJQ

extension JQValue {
  /// The reason why libjq can't read a text, in its words. It refuses some texts that RFC 8259
  /// allows, such as an escaped half of a surrogate pair.
  struct Unreadable: Error { let reason: String }

  /// Reads one JSON text that comes in parts. The parts aren't copied.
  static func read(_ parts: [[UInt8]]) throws(Unreadable) -> JQValue {
    let parser = jv_parser_new(0)
    defer { jv_parser_free(parser) }
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      // A text of control characters grows to six times its length when quoted.
      guard let count = Int32(exactly: part.count) else {
        throw Unreadable(reason: "it is longer than \(Int32.max) bytes")
      }
      let value = part.withUnsafeBytes { bytes in
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        jv_parser_set_buf(parser, start, count, isLast ? 0 : 1)
        return jv_parser_next(parser)
      }
      if jv_get_kind(value) != JV_KIND_INVALID { return JQValue(taking: value) }
      let message = JQValue(taking: jv_invalid_get_msg(value))
      if let text = message.text { throw Unreadable(reason: String(decoding: text, as: UTF8.self)) }
    }
    throw Unreadable(reason: "it ends too early")
  }

  /// Returns an estimate of the bytes that libjq takes for a JSON text. An empty array of two
  /// characters takes room for sixteen elements, an empty object room for eight members.
  static func memory(of json: [UInt8]) -> Int {
    var bytes = 0
    var isInString = false
    var isEscaped = false
    for byte in json {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        bytes += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "["): bytes += 290
      case UInt8(ascii: "{"): bytes += 420
      case UInt8(ascii: ","): bytes += 24
      case UInt8(ascii: ":"): bytes += 48
      case UInt8(ascii: "\""):
        bytes += 48
        isInString = true
      default: break
      }
    }
    return bytes
  }
}
