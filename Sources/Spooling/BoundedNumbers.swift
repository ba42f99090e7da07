import Foundation

extension Int {
  /// The most that is believed of a number that a sender, an importer or another process wrote: 2^53, up to
  /// which readers of JSON agree (RFC 8259, section 6). Four of these add up to less than `Int.max`.
  public static let mostBelieved = 1 << 53

  /// The sum of two numbers that may be anybody's: each of them, and what comes out, is held within
  /// `mostBelieved`, and within its negative.
  public func addingBounded(_ other: Int) -> Int { (bounded + other.bounded).bounded }

  private var bounded: Int { Swift.min(Swift.max(self, -Self.mostBelieved), Self.mostBelieved) }
}

/// JSON in files that others may write.
public enum BoundedJSON {
  /// Decodes a value; dates are texts after ISO 8601.
  ///
  /// - Parameter isSnakeCase: whether `two_words` in the file is `twoWords` in the type.
  /// - Returns: nil where it is no such value, or where a number in it is negative or greater than
  ///   `Int.mostBelieved`: then the whole is damaged.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], isSnakeCase: Bool = false
  ) -> Value? {
    guard areNumbersBelievable(in: bytes) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    if isSnakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    return try? decoder.decode(type, from: Data(bytes))
  }

  /// What begins with a digit or a minus outside of strings is a number in any JSON; what is none is for the
  /// decoder to find.
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
        // Nothing of ours has more digits, and a longer one is not worth the reading.
        guard number.count <= 40, let value = Double(String(decoding: number, as: UTF8.self)),
          0...Double(Int.mostBelieved) ~= value
        else { return false }
        position += number.count - 1
      }
    }
    return true
  }
}
