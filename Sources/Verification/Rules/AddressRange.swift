import FoundationEssentials
import Glibc

/// A range of IP addresses in CIDR notation, or one address.
///
/// An IPv4 address written as IPv6 (`::ffff:192.0.2.7`) counts as the IPv4 address, in a range and
/// in a client's address. An IPv6 range outside `::ffff:0:0/96` contains no IPv4 address, not even
/// `::/0`.
public struct AddressRange: Sendable, Equatable {
  /// One address of 32 or 128 bits.
  private struct Address: Equatable {
    let bits: UInt128
    let width: Int

    init(bits: UInt128, width: Int) {
      self.bits = bits
      self.width = width
    }

    /// Reads an address strictly: a host name, a zone or a leading zero makes it nil.
    init?(_ text: String) {
      var four = in_addr()
      var six = in6_addr()
      if inet_pton(AF_INET, text, &four) == 1 {
        self.init(bits: UInt128(UInt32(bigEndian: four.s_addr)), width: 32)
      } else if inet_pton(AF_INET6, text, &six) == 1 {
        let bits = withUnsafeBytes(of: &six) { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
        self.init(bits: bits, width: 128)
      } else {
        return nil
      }
    }

    /// Whether it is an IPv4 address embedded in IPv6.
    var isMapped: Bool { width == 128 && bits >> 32 == 0xFFFF }
    var unmapped: Address { isMapped ? Address(bits: bits & 0xFFFF_FFFF, width: 32) : self }

    /// Returns the address with all bits after the first `length` cleared.
    func masked(to length: Int) -> Address {
      let host = width - length
      return Address(bits: (bits >> host) << host, width: width)
    }

    /// The canonical text (RFC 5952).
    var text: String {
      let bytes = (0..<width / 8).reversed().map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
      var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      inet_ntop(width == 32 ? AF_INET : AF_INET6, bytes, &buffer, socklen_t(buffer.count))
      let characters = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return String(decoding: characters, as: UTF8.self)
    }
  }

  /// The range as configured.
  public let text: String
  private let first: Address
  private let length: Int

  /// Reads `192.0.2.0/24`, `2001:db8::/32` or one address.
  ///
  /// - Throws: `Misconfiguration` with the error in the text. Where bits are set after the prefix,
  ///   it suggests the range that was probably meant.
  public init(_ text: String) throws(Misconfiguration) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = Address(String(parts[0])) else {
      throw Misconfiguration("\"\(text)\" isn't an IP address or CIDR range")
    }
    let length = try parts.count == 1 ? address.width : Self.length(parts[1], of: address, in: text)
    let network = address.masked(to: length)
    guard network == address else {
      throw Misconfiguration(
        "\"\(text)\" has bits set after its first \(length)",
        suggestion: "\(network.text)/\(length)")
    }
    self.text = text
    let isMapped = address.isMapped && length >= 96
    self.first = isMapped ? address.unmapped : address
    self.length = isMapped ? length - 96 : length
  }

  private static func length(
    _ digits: Substring, of address: Address, in text: String
  ) throws(Misconfiguration) -> Int {
    guard let length = Int(digits), String(length) == digits, 0...address.width ~= length else {
      throw Misconfiguration(
        "\"\(text)\": what follows the / has to be a number of bits, 0 to \(address.width)")
    }
    return length
  }

  /// Returns whether the range contains an address written as text; nil if the text isn't an
  /// address.
  public func contains(_ address: String) -> Bool? {
    guard let address = Address(address)?.unmapped else { return nil }
    return address.width == first.width && address.masked(to: length) == first
  }
}
