extension Headers {
  /// Returns whether a header came, empty or not.
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

  /// Splits a list into its entries, without the blanks around them and without empty ones. A comma
  /// with a blank after it always separates entries too, because it joins the values of a header
  /// that came several times.
  func entries(partedBy separator: UInt8) -> [[UInt8]] {
    var entries: [[UInt8]] = []
    var start = startIndex
    for (index, byte) in enumerated() {
      let isJoint =
        byte == UInt8(ascii: ",") && index + 1 < count && self[index + 1] == UInt8(ascii: " ")
      guard byte == separator || isJoint else { continue }
      entries.append(Array(self[start..<index]).trimmed)
      start = index + 1
    }
    entries.append(Array(self[start...]).trimmed)
    return entries.filter { !$0.isEmpty }
  }

  /// Returns the bytes after a prefix; nil if they don't start with it.
  func after(_ prefix: String) -> [UInt8]? {
    starts(with: prefix.utf8) ? Array(dropFirst(prefix.utf8.count)) : nil
  }

  /// Returns whether the bytes equal this text, with ASCII letters in either case.
  func isText(_ text: String) -> Bool {
    elementsEqual(text.utf8) { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension UInt8 {
  /// The byte in lower case if it is an ASCII letter, unchanged otherwise.
  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
