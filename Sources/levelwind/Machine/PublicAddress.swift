import Foundation

/// Where senders call, taken apart.
struct PublicAddress {
  let isSecure: Bool
  let host: String
  let port: Int
  /// What stands before `/webhook/`; mostly empty.
  let path: String

  /// - Parameter url: `base_url`.
  init?(_ url: String) {
    guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
      return nil
    }
    isSecure = parts.scheme == "https"
    self.host = (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host).lowercased()
    port = parts.port ?? (isSecure ? 443 : 80)
    path = parts.percentEncodedPath
  }

  /// What a server block's own listening says, where there is no `base_url` or another port in it.
  init(_ server: NginxConfiguration.Server, _ listen: NginxConfiguration.Listen, path: String) {
    isSecure = listen.isSecure
    host =
      server.names.first { !$0.contains("*") && !$0.hasPrefix("~") && $0 != "_" } ?? "localhost"
    port = listen.port
    self.path = path
  }

  /// As a Host header has it.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }
}
