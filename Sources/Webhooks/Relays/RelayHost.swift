import Verification

/// A database's or broker's server.
public struct RelayHost: Sendable, CustomStringConvertible {
  /// A name, an address, or the folder of a Unix socket.
  public let name: String
  /// The TCP port, or the number in the Unix socket's name; nil for the usual one.
  public let port: Int?
  /// Whether the name is the folder of a Unix socket.
  public var isSocket: Bool { name.hasPrefix("/") }

  init(_ name: String, port: Int? = nil) {
    self.name = name
    self.port = port
  }

  /// As the file has it: `db.example.org:5433`.
  public var description: String { port.map { "\(name):\($0)" } ?? name }
}

/// Whether the connection to a database or broker is encrypted.
public enum RelaySecurity: String, Sendable, CaseIterable {
  /// By TLS, with the certificate and its name checked.
  case verify
  /// Not at all.
  case off

  static let option = Option(
    "tls", .choice, default: RelaySecurity.verify,
    "`verify` requires TLS and checks the certificate and its name. `off` sends everything in the "
      + "clear, the password too: for a server on a network of its own.")
  static let authorities = Option(
    optional: "ca_file", .path,
    "A file in PEM with the certificates to trust, instead of the system's.")
}

extension Form where Value == RelayHost {
  /// A host's name or address with an optional port.
  static let relayHost = Form.scalar(
    "host", "a host such as server.example.org:5433", write: \.description, parse: host)

  /// A host's name or address, or an absolute path, with an optional port.
  static let relayHostOrSocket = Form.scalar(
    "host", "a host such as server.example.org:5433, or the folder of a socket",
    write: \.description, parse: { host($0, mayBePath: true) })

  private static func host(_ text: String) -> RelayHost? { host(text, mayBePath: false) }

  private static func host(_ text: String, mayBePath: Bool) -> RelayHost? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
    let isPath = mayBePath && text.hasPrefix("/")
    guard
      parts[0].utf8.allSatisfy({ byte in
        switch byte {
        case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, 0x2d, 0x2e: true
        case 0x2f, 0x5f: isPath
        default: false
        }
      })
    else { return nil }
    guard parts.count == 2 else { return RelayHost(text) }
    guard let port = Int(parts[1]), 1...65535 ~= port else { return nil }
    return RelayHost(String(parts[0]), port: port)
  }
}
