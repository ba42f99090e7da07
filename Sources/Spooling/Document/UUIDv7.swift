import Bytes

/// A UUID of version 7 (RFC 9562, section 5.7): names made of it sort by the time of arrival.
///
/// The 128 bits are: 48 of unix milliseconds, the version, 12 that count within the millisecond,
/// the variant, 20 of a place within the delivery (0 is the delivery itself), and 42 random ones.
/// So the files of a delivery sort after those of every delivery that arrived before it, in their
/// own order, and the ids of its tasks need no clock and no random number but the delivery's.
public struct UUIDv7: Sendable, Hashable {
  /// The first 64 bits.
  public let high: UInt64
  /// The last 64 bits.
  public let low: UInt64

  /// The highest place within a delivery.
  public static let lastPlace = 1 << 20 - 1

  /// Creates an id. `tick` is unix milliseconds times 4,096, plus a count within the millisecond.
  init(tick: UInt64, random: UInt64) {
    high = (tick >> 12) << 16 | 0x7000 | tick & 0xfff
    low = 0x8000_0000_0000_0000 | random & 0x3ff_ffff_ffff
  }

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads what `description` writes; nil for anything else.
  public init?(_ text: String) {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    guard digits.count == 32,
      let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
      let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
    guard description == text, high >> 12 & 0xf == 7, low >> 62 == 2 else { return nil }
  }

  /// Returns the id of a file that this delivery causes. `place` is from 1 to `lastPlace`,
  /// different for each file.
  public func at(place: Int) -> UUIDv7 {
    precondition(place >= 0 && place <= Self.lastPlace)
    return UUIDv7(high: high, low: low & ~(0xfffff << 42) | UInt64(place) << 42)
  }
}

extension UUIDv7: Comparable {
  /// Orders ids by the moment of their delivery, then by their place.
  public static func < (a: UUIDv7, b: UUIDv7) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension UUIDv7: CustomStringConvertible {
  /// The 36 characters of the id, in lower case with hyphens.
  public var description: String { withText { String(decoding: $0, as: UTF8.self) } }

  /// Passes the 36 characters of `description` to `body`.
  func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { text in
      var position = 0
      for index in 0..<16 {
        if index == 4 || index == 6 || index == 8 || index == 10 {
          text[position] = UInt8(ascii: "-")
          position += 1
        }
        let byte = UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - index % 8 * 8))
        (text[position], text[position + 1]) = byte.hexadecimalDigits
        position += 2
      }
      return body(UnsafeBufferPointer(text))
    }
  }
}
