/// Base64 (RFC 4648), both ways.
///
/// Foundation supports neither the URL alphabet nor a choice of padding.
enum Base64 {
  enum Alphabet { case standard, url, either }
  enum Padding { case required, forbidden, optional }

  /// Decodes a text.
  ///
  /// - Parameters:
  ///   - text: The digits, with or without padding.
  ///   - alphabet: The two last digits: `+/`, `-_`, or both pairs.
  ///   - padding: Whether `=` has to fill the last four digits.
  ///   - isCanonical: Whether unused bits after the last byte have to be zero.
  /// - Returns: The bytes; nil if the text isn't base64 of this form.
  static func decode(
    _ text: some Collection<UInt8>, _ alphabet: Alphabet = .standard,
    padding: Padding = .required, isCanonical: Bool = true
  ) -> [UInt8]? {
    let digits = text.prefix { $0 != UInt8(ascii: "=") }
    let pads = text.dropFirst(digits.count)
    let missing = (4 - digits.count % 4) % 4
    guard missing < 3, pads.allSatisfy({ $0 == UInt8(ascii: "=") }),
      pads.count == missing && padding != .forbidden || pads.isEmpty && padding != .required
    else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3 + 2)
    var bits: UInt32 = 0
    var count = 0
    for digit in digits {
      guard let value = value(digit, alphabet) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      bits &= (1 << UInt32(count)) - 1
    }
    return isCanonical && bits != 0 ? nil : bytes
  }

  /// Encodes in the standard alphabet, with padding.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for index in 0..<4 {
        let digit = digits[Int(bits >> UInt32(18 - 6 * index) & 63)]
        text.append(index <= group.count ? digit : UInt8(ascii: "="))
      }
    }
    return text
  }

  private static func value(_ digit: UInt8, _ alphabet: Alphabet) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - 0x41
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - 0x61 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 0x30 + 52
    case UInt8(ascii: "+") where alphabet != .url: 62
    case UInt8(ascii: "/") where alphabet != .url: 63
    case UInt8(ascii: "-") where alphabet != .standard: 62
    case UInt8(ascii: "_") where alphabet != .standard: 63
    default: nil
    }
  }
}
