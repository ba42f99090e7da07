/// JSON as bytes: checks whether bytes are JSON, finds values in them, and quotes text.
///
/// Nothing here turns bytes into values and back, so that numbers of 30 digits, duplicate keys and
/// white space stay as they are. Nothing recurses: hostile nesting costs no stack.
public enum JSONText {
  /// Checks bytes strictly by RFC 8259, in strictly valid UTF-8.
  ///
  /// Any value may stand at the top, with white space around it. A byte-order mark, a trailing
  /// comma, a leading zero or a control character in a string makes the bytes invalid. Escapes of
  /// lone surrogates (`"\ud800"`) follow the grammar and are valid.
  ///
  /// - Parameters:
  ///   - bytes: any bytes.
  ///   - maximumDepth: how many arrays and objects may be open at once.
  /// - Returns: whether the bytes are one JSON text.
  public static func isValid(_ bytes: [UInt8], maximumDepth: Int = 100) -> Bool {
    isValid(bytes.span, maximumDepth: maximumDepth)
  }

  /// Whether these bytes, which may be a part of others, are one JSON text. They aren't copied.
  public static func isValid(_ bytes: Span<UInt8>, maximumDepth: Int = 100) -> Bool {
    firstInvalid(in: bytes, maximumDepth: maximumDepth) == nil
  }

  /// Whether the bytes are JSON that every common parser reads.
  ///
  /// The bytes have to be valid (`isValid`), with at most 60 arrays and objects open at once,
  /// without escapes of half a surrogate pair, and without a number of more than 1,000 digits or
  /// beyond the range of a double (`1e400`). A number that a double rounds to zero (`1e-400`) is
  /// portable.
  ///
  /// The grammar allows each of these, and parsers that people use refuse it: jq and PHP refuse
  /// half of a pair, .NET a depth of 65, Ruby a depth of 101, Python an integer of 4,301 digits.
  public static func isPortable(_ bytes: [UInt8]) -> Bool {
    firstInvalid(in: bytes.span, maximumDepth: 60, isPortable: true) == nil
  }

  /// Returns where a text stops being one JSON text; nil for valid JSON.
  ///
  /// - Returns: the offset of the value, name or punctuation mark that can't stand there, or the
  ///   end of the bytes if something is missing.
  public static func firstInvalid(in bytes: [UInt8], maximumDepth: Int = 100) -> Int? {
    firstInvalid(in: bytes.span, maximumDepth: maximumDepth)
  }

  /// Looks for the place where these bytes, which may be a part of others, stop being one JSON
  /// text. They aren't copied.
  ///
  /// - Parameters:
  ///   - bytes: any bytes.
  ///   - maximumDepth: how many arrays and objects may be open at once.
  ///   - isPortable: whether JSON that only some parsers read is invalid as well.
  /// - Returns: an offset as from `firstInvalid(in:maximumDepth:)`; nil for valid JSON.
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
