import FoundationEssentials

/// The parts of the URL that senders call.
struct PublicAddress {
  let isSecure: Bool
  let host: String
  let port: Int
  /// The path before `/webhook/`; usually empty.
  let path: String

  /// - Parameter url: a value of `base_url`.
  init?(_ url: String) {
    guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
      return nil
    }
    isSecure = parts.scheme == "https"
    self.host = (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host).lowercased()
    port = parts.port ?? (isSecure ? 443 : 80)
    path = parts.percentEncodedPath
  }

  /// Makes the address of a site, for a configuration without `base_url`.
  init(
    _ server: WebServerConfiguration.Server, _ listen: WebServerConfiguration.Listen, path: String
  ) {
    isSecure = listen.isSecure
    host =
      server.names.first { !$0.contains("*") && !$0.hasPrefix("~") && $0 != "_" } ?? "localhost"
    port = listen.port
    self.path = path
  }

  /// The value of a Host header.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }
}
