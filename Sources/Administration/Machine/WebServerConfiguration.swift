/// What a web server's files say about webhooks.
struct WebServerConfiguration {
  /// A directive, with the content of its block if it has one.
  struct Directive {
    let name: String
    let arguments: [String]
    let block: [Directive]
    /// The file that contains the directive.
    let file: String
  }

  /// A place that hands `/webhook/` over, with the settings that hold there.
  struct Webhooks {
    let file: String
    /// The path before `/webhook/`; usually empty.
    let path: String
    /// nginx's `client_max_body_size` in bytes; 0 for any size. nil behind Apache, which limits
    /// nothing that it hands over.
    let bodyLimit: Int?
    /// The time that the web server waits for an answer, in seconds.
    let readTimeout: Double
    /// The socket that requests are handed over to; nil if it isn't a UNIX socket.
    let socket: String?
  }

  /// An address at which a site listens.
  struct Listen {
    /// The address; nil for all addresses.
    let address: String?
    let port: Int
    let isSecure: Bool
    /// Whether the site answers there for names that no site has.
    let isDefault: Bool

    /// Reads the place of a `listen` directive or of a virtual host: an address, a port, or both,
    /// as in `[::1]:443`.
    init(_ place: String, isSecure: Bool, isDefault: Bool) {
      self.isSecure = isSecure
      self.isDefault = isDefault
      let colon = place.lastIndex(of: ":")
      if let port = Int(place) {
        (address, self.port) = (nil, port)
      } else if let colon, !place.hasSuffix("]"),
        let port = Int(place[place.index(after: colon)...])
      {
        (address, self.port) = (Self.address(String(place[..<colon])), port)
      } else {
        (address, port) = (Self.address(place), 80)
      }
    }

    private static func address(_ text: String) -> String? {
      let text = text.hasPrefix("[") ? String(text.dropFirst().dropLast()) : text
      return ["*", "_default_", "0.0.0.0"].contains(text)
        ? nil : text == "localhost" ? "127.0.0.1" : text
    }

    /// An address of this machine at which the site listens.
    var local: String { address.map { $0 == "::" ? "::1" : $0 } ?? "127.0.0.1" }
  }

  /// A site: nginx's server block, or Apache's virtual host.
  struct Server {
    /// The file that contains the block.
    let file: String
    let names: [String]
    let listens: [Listen]
    let webhooks: [Webhooks]

    /// Returns how well one of the names fits a host; 0 for not at all.
    func fits(_ host: String) -> Int {
      names.map { name in
        let name = name.lowercased()
        if name == host { return 1000 }
        if name.hasPrefix("."), host == name.dropFirst() || host.hasSuffix(name) {
          return name.count
        }
        if name.hasPrefix("*."), host.hasSuffix(name.dropFirst()) { return name.count }
        if name.hasSuffix(".*"), host.hasPrefix(name.dropLast()) { return 1 }
        return 0
      }.max() ?? 0
    }
  }

  let kind: WebServerKind
  /// The user of the web server's workers; nil for the usual one.
  let user: String?
  /// All sites, in order.
  let servers: [Server]

  /// All places that hand `/webhook/` over.
  var webhooks: [Webhooks] { servers.flatMap(\.webhooks) }

  /// The site that answers requests to a host on a port; nil where none listens there.
  func server(for host: String, port: Int) -> (server: Server, listen: Listen)? {
    let all = servers.flatMap { server in
      server.listens.filter { $0.port == port }.map { (server: server, listen: $0) }
    }
    guard let best = all.max(by: { $0.server.fits(host) < $1.server.fits(host) }) else {
      return nil
    }
    if best.server.fits(host) > 0 {
      return all.first { $0.server.fits(host) == best.server.fits(host) }
    }
    return all.first { $0.listen.isDefault } ?? all.first
  }
}
