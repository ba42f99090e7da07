import CCurl
import Glibc

/// The addresses of a host, as this machine resolves its name.
enum Resolver {
  /// Returns the addresses in the order of preference, at least one.
  ///
  /// - Throws: `.unresolved`.
  static func addresses(of host: String) throws(FetchError) -> [String] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
      throw .unresolved(host: host, reason: String(cString: gai_strerror(status)))
    }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next = list
    while let entry = next {
      if let address = text(entry.pointee.ai_addr, entry.pointee.ai_addrlen) {
        addresses.append(address)
      }
      next = entry.pointee.ai_next
    }
    guard !addresses.isEmpty else { throw .unresolved(host: host, reason: "none was found") }
    return addresses
  }

  /// Returns an address as text, with the interface of a link-local one; nil for other addresses
  /// than IPv4 and IPv6.
  static func text(_ address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(
      address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
