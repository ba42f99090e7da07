/// An address that is connected to for every host, such as a gateway that passes TLS on by the
/// host's name. The administrator named it, so it may be private.
public struct Gateway: Sendable, Equatable {
  let address: IPAddress
  let port: Int

  /// Parses `192.0.2.7:8443` or `[2001:db8::7]:8443`; nil for other texts.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { return nil }
    var address = text[..<colon]
    if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
    guard let address = IPAddress(String(address)) else { return nil }
    self.address = address
    self.port = port
  }
}
