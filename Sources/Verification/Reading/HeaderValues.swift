extension Headers {
  /// The value of a header that a rule relies on, without the blanks around it, which are no part
  /// of a field's value (RFC 9110, 5.5).
  ///
  /// - Parameter name: as configured, in any case.
  /// - Throws: `Refusal.unverified` if it is missing or came twice.
  func value(_ name: String) throws(Refusal) -> [UInt8] {
    try single(name.lowercased()).trimmed
  }

  /// Whether a header came at all, empty or not.
  func has(_ name: String) -> Bool {
    let name = name.lowercased()
    return fields.contains { $0.name == name }
  }
}

extension [UInt8] {
  /// The bytes without blanks and tabs at either end.
  var trimmed: [UInt8] {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard let first = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return [] }
    return Array(self[first...last])
  }

  /// What follows a prefix, or nil if the bytes don't start with it.
  func after(_ prefix: String) -> [UInt8]? {
    starts(with: prefix.utf8) ? Array(dropFirst(prefix.utf8.count)) : nil
  }

  /// Whether the bytes are this text, ASCII letters in either case.
  func isText(_ text: String) -> Bool {
    elementsEqual(text.utf8) { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension UInt8 {
  /// The byte, an upper-case ASCII letter as its lower-case one.
  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
