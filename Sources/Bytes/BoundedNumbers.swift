import FoundationEssentials

extension Int {
  /// The largest number that is believed when a sender, an importer or another process wrote it:
  /// 2^53.
  ///
  /// Readers of JSON agree on numbers up to this one (RFC 8259, section 6). Four of these add up to
  /// less than `Int.max`.
  public static let mostBelieved = 1 << 53

  /// Returns the sum of two numbers from any source, without a trap.
  ///
  /// Each of the two numbers and their sum are clamped to `-mostBelieved...mostBelieved`.
  public func addingBounded(_ other: Int) -> Int { (bounded + other.bounded).bounded }

  private var bounded: Int { Swift.min(Swift.max(self, -Self.mostBelieved), Self.mostBelieved) }
}

/// JSON in files that others may write.
public enum BoundedJSON {
  /// Decodes a value; dates are ISO 8601 texts.
  ///
  /// - Parameters:
  ///   - type: the type of the value.
  ///   - bytes: the content of the file.
  ///   - isSnakeCase: whether `two_words` in the file is `twoWords` in the type.
  /// - Returns: nil if the bytes aren't a `Value`, or if any number in them is negative or greater
  ///   than `Int.mostBelieved`. A file with a number like that is damaged as a whole.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], isSnakeCase: Bool = false
  ) -> Value? {
    guard areNumbersBelievable(in: bytes) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    if isSnakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    return try? decoder.decode(type, from: Data(bytes))
  }

  /// Whether every number lies between 0 and `Int.mostBelieved`.
  ///
  /// Outside of strings, a number is the only thing in JSON that begins with a digit or a minus.
  /// Bytes that aren't JSON are left to the decoder.
  private static func areNumbersBelievable(in bytes: [UInt8]) -> Bool {
    var position = 0
    var isString = false
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        isString.toggle()
      } else if isString {
        if byte == UInt8(ascii: "\\") { position += 1 }
      } else if byte == UInt8(ascii: "-") || 0x30...0x39 ~= byte {
        let number = bytes[(position - 1)...].prefix {
          0x30...0x39 ~= $0 || "+-.eE".utf8.contains($0)
        }
        // No number that Levelwind writes has more than 40 characters; a longer one isn't worth
        // reading.
        guard number.count <= 40, let value = Double(String(decoding: number, as: UTF8.self)),
          0...Double(Int.mostBelieved) ~= value
        else { return false }
        position += number.count - 1
      }
    }
    return true
  }
}
