import CCurl
import Glibc

/// An IPv4 or IPv6 address.
struct IPAddress: Sendable, Equatable {
  /// The address in network order: 4 or 16 bytes.
  let bytes: [UInt8]

  /// Parses `192.0.2.7` or `2001:db8::7`; nil for other texts.
  init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.bytes = Array(bytes[..<4])
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.bytes = bytes
    } else {
      return nil
    }
  }

  /// Whether it is an IPv4 address.
  var isOld: Bool { bytes.count == 4 }

  /// Whether the address belongs to a host on the internet. It isn't private, of this machine or
  /// link, or set aside for another purpose (IANA's registries of special-purpose addresses).
  var isPublic: Bool {
    if bytes.count == 4 { return !Self.special.contains { $0.contains(bytes) } }
    // An IPv4 address can be written as IPv6, or be translated by a NAT64 gateway.
    if bytes.starts(with: Self.mapped) || bytes.starts(with: Self.translated) {
      return !Self.special.contains { $0.contains(Array(bytes[12...])) }
    }
    return bytes[0] & 0xe0 == 0x20 && !Self.special6.contains { $0.contains(bytes) }
  }

  private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
  private static let translated: [UInt8] = [0, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8)

  /// A block of addresses, given by their first bits.
  private struct Block {
    let bytes: [UInt8]
    let bits: Int

    init(_ bytes: UInt8..., bits: Int) {
      self.bytes = bytes
      self.bits = bits
    }

    func contains(_ address: [UInt8]) -> Bool {
      (0..<bits).allSatisfy { bit in
        let mask: UInt8 = 0x80 >> UInt8(bit % 8)
        let own = bit / 8 < bytes.count ? bytes[bit / 8] : 0
        return own & mask == address[bit / 8] & mask
      }
    }
  }

  private static let special = [
    Block(0, bits: 8), Block(10, bits: 8), Block(100, 64, bits: 10), Block(127, bits: 8),
    Block(169, 254, bits: 16), Block(172, 16, bits: 12), Block(192, 0, 0, bits: 24),
    Block(192, 0, 2, bits: 24), Block(192, 88, 99, bits: 24), Block(192, 168, bits: 16),
    Block(198, 18, bits: 15), Block(198, 51, 100, bits: 24), Block(203, 0, 113, bits: 24),
    Block(224, bits: 3),
  ]
  private static let special6 = [
    Block(0x20, 0x01, 0, bits: 23), Block(0x20, 0x01, 0x0d, 0xb8, bits: 32),
    Block(0x20, 0x02, bits: 16), Block(0x3f, 0xff, bits: 20),
  ]
}

extension IPAddress: CustomStringConvertible {
  /// The usual text, without brackets.
  var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(isOld ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
