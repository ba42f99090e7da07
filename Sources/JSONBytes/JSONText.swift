/// JSON as the bytes it arrived in: whether it is JSON, where an item stands in it, and how text is quoted for it.
///
/// Nothing here turns bytes into values and back, so numbers of 30 digits, duplicate keys and white
/// space stay what they were. Nothing recurses: hostile nesting costs no stack.
public enum JSONText {
  /// Whether the bytes are one JSON text, strictly by RFC 8259, in strictly valid UTF-8.
  ///
  /// Any value may stand at the top, white space around it. A byte-order mark, a trailing comma, a
  /// leading zero or a control character in a string make it no JSON; escapes of lone surrogates
  /// (`"\ud800"`) follow the grammar and are let pass.
  ///
  /// - Parameter maximumDepth: how many arrays and objects may be open at once.
  public static func isValid(_ bytes: [UInt8], maximumDepth: Int = 100) -> Bool {
    isValid(bytes.span, maximumDepth: maximumDepth)
  }

  /// The same for a part of some bytes, without a copy of it.
  public static func isValid(_ bytes: Span<UInt8>, maximumDepth: Int = 100) -> Bool {
    firstInvalid(in: bytes, maximumDepth: maximumDepth) == nil
  }

  /// Whether the bytes are JSON that every common parser reads: valid (`isValid`), at most 60 arrays
  /// and objects open at once, no escape of half a surrogate pair, and no number of more than 1,000
  /// digits or beyond what a double holds (`1e400`). One that a double holds as zero (`1e-400`) is read.
  ///
  /// Each of these is let pass by the grammar and refused by parsers that people use: jq and PHP refuse
  /// half of a pair, .NET a depth of 65, Ruby of 101, Python an integer of 4,301 digits.
  public static func isPortable(_ bytes: [UInt8]) -> Bool {
    firstInvalid(in: bytes.span, maximumDepth: 60, isPortable: true) == nil
  }

  /// Where a text stops being one JSON text: the offset of the value, name or mark that can't stand
  /// there, or the end where something is missing; nil for valid JSON.
  public static func firstInvalid(in bytes: [UInt8], maximumDepth: Int = 100) -> Int? {
    firstInvalid(in: bytes.span, maximumDepth: maximumDepth)
  }

  /// The same for a part of some bytes, without a copy of it.
  ///
  /// - Parameter isPortable: whether what only some parsers read is invalid as well.
  public static func firstInvalid(
    in bytes: Span<UInt8>, maximumDepth: Int = 100, isPortable: Bool = false
  ) -> Int? {
    var closers: [UInt8] = []
    var position = bytes.endOfWhiteSpace(from: 0)
    while position < bytes.count {
      if let closer = bytes[position].closer {
        guard closers.count < maximumDepth else { return position }
        position = bytes.endOfWhiteSpace(from: position + 1)
        guard position < bytes.count else { return position }
        if bytes[position] != closer {
          closers.append(closer)
          if closer == .closingBrace {
            guard let value = bytes.endOfName(from: position, isPortable: isPortable) else {
              return position
            }
            position = value
          }
          continue
        }
        position += 1
      } else {
        guard let end = bytes.endOfScalar(from: position, isPortable: isPortable) else {
          return position
        }
        position = end
      }

      while let closer = closers.last {
        position = bytes.endOfWhiteSpace(from: position)
        guard position < bytes.count else { return position }
        if bytes[position] == closer {
          closers.removeLast()
          position += 1
          continue
        }
        guard bytes[position] == .comma else { return position }
        position = bytes.endOfWhiteSpace(from: position + 1)
        if closer == .closingBrace {
          guard let value = bytes.endOfName(from: position, isPortable: isPortable) else {
            return position
          }
          position = value
        }
        break
      }
      if closers.isEmpty {
        let end = bytes.endOfWhiteSpace(from: position)
        return end == bytes.count ? nil : end
      }
    }
    return position
  }
}
